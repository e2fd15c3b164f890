//! The metadata that clients are compiled against.

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../client/artifacts/metadata.scale");

#[test]
fn committed_metadata_should_be_that_of_the_runtime() {
    let committed = std::fs::read(COMMITTED).unwrap_or_default();
    assert!(
        committed == crate::metadata(),
        "client/artifacts/metadata.scale is out of date: refresh it with `make metadata` and commit it"
    );
}
