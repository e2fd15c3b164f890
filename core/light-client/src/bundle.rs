//! Receipt bundles.
