//! Short texts of bounded length.

use core::fmt;

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::limits::MAX_TEXT;

/// What a library said, cut to [`MAX_TEXT`] bytes.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Text(BoundedVec<u8, ConstU32<MAX_TEXT>>);

impl Text {
    /// The first [`MAX_TEXT`] bytes of what `message` prints.
    pub fn new(message: impl fmt::Display) -> Self {
        let mut text = Self(BoundedVec::new());
        // Refuses what does not fit any more, and that is the intention.
        let _ = fmt::write(&mut text, format_args!("{message}"));
        text
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for letter in part.chars() {
            let mut bytes = [0; 4];
            let encoded = letter.encode_utf8(&mut bytes).as_bytes();
            if self.0.len() + encoded.len() > MAX_TEXT as usize {
                return Err(fmt::Error);
            }
            self.0.try_extend(encoded.iter().copied()).map_err(|()| fmt::Error)?;
        }
        Ok(())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Control characters in a library's message come from the input: they must not reach a terminal.
        let text = alloc::string::String::from_utf8_lossy(&self.0);
        text.chars()
            .try_for_each(|letter| fmt::Write::write_char(f, if letter.is_control() { ' ' } else { letter }))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
