//! Check of a client's message before the server decodes it: a limit of its number of values, since a
//! byte may take a hundred in memory, and of its depth. The decoder calls `measure()`; a message beyond
//! a limit is a `DecodeError`, which ends the link.

use super::DecodeError;
use protocol::limits::DEPTH;

/// Rejects a message with more than `most` values, or with a nesting too deep for the decoder's stack.
/// Truncated or invalid bytes pass: the decoder fails on them.
pub(super) fn measure(bytes: &[u8], most: usize) -> Result<(), DecodeError> {
    let mut rest = bytes;
    let mut values = 0;
    // Number of remaining values in each enclosing value.
    let mut levels = vec![1_u64];
    while let Some(level) = levels.last_mut() {
        if *level == 0 {
            levels.pop();
            continue;
        }
        *level -= 1;
        let Some((skip, inside)) = head(rest) else {
            return Ok(());
        };
        let Some(next) = rest.get(skip..) else {
            return Ok(());
        };
        rest = next;
        values += 1;
        if values > most {
            return Err(DecodeError::TooMany);
        }
        if inside > 0 {
            levels.push(inside);
            if levels.len() > DEPTH {
                return Err(DecodeError::TooDeep);
            }
        }
    }
    Ok(())
}

/// Returns the size of the first value's head and the number of values inside it, `None` if it is invalid.
fn head(bytes: &[u8]) -> Option<(usize, u64)> {
    let (marker, rest) = bytes.split_first()?;
    let leaf = |size: usize| Some((1 + size, 0));
    let sized = |width: usize, more: usize| {
        let size = usize::try_from(number(rest, width)?).ok()?;
        Some((size.checked_add(1 + width + more)?, 0))
    };
    let counted = |width: usize, each: u64| Some((1 + width, number(rest, width)? * each));
    match *marker {
        0x80..=0x8f => Some((1, u64::from(marker & 0x0f) * 2)),
        0x90..=0x9f => Some((1, u64::from(marker & 0x0f))),
        0xa0..=0xbf => leaf(usize::from(marker & 0x1f)),
        0xc4 | 0xd9 => sized(1, 0),
        0xc5 | 0xda => sized(2, 0),
        0xc6 | 0xdb => sized(4, 0),
        // Extensions: one byte more, the type.
        0xc7 => sized(1, 1),
        0xc8 => sized(2, 1),
        0xc9 => sized(4, 1),
        0xcc | 0xd0 => leaf(1),
        0xcd | 0xd1 | 0xd4 => leaf(2),
        0xd5 => leaf(3),
        0xca | 0xce | 0xd2 => leaf(4),
        0xd6 => leaf(5),
        0xcb | 0xcf | 0xd3 => leaf(8),
        0xd7 => leaf(9),
        0xd8 => leaf(17),
        0xdc => counted(2, 1),
        0xdd => counted(4, 1),
        0xde => counted(2, 2),
        0xdf => counted(4, 2),
        0x00..=0x7f | 0xc0..=0xc3 | 0xe0..=0xff => leaf(0),
    }
}

/// Reads a number of this many bytes, 4 at most.
fn number(bytes: &[u8], width: usize) -> Option<u64> {
    let bytes = bytes.get(..width)?;
    Some(
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::limits::VALUES;

    #[test]
    fn measures_every_kind_of_value() {
        let long = |size| vec![0; size];
        for (what, first, size) in [
            ("a small number", vec![0x05], 0),
            ("a small negative number", vec![0xff], 0),
            ("nil", vec![0xc0], 0),
            ("true", vec![0xc3], 0),
            ("short text", vec![0xa3], 3),
            ("bin 8", vec![0xc4, 200], 200),
            ("bin 16", vec![0xc5, 1, 0], 256),
            ("bin 32", vec![0xc6, 0, 1, 0, 0], 65_536),
            ("ext 8", vec![0xc7, 5], 6),
            ("ext 16", vec![0xc8, 1, 0], 257),
            ("ext 32", vec![0xc9, 0, 0, 0, 2], 3),
            ("float 32", vec![0xca], 4),
            ("float 64", vec![0xcb], 8),
            ("uint 8", vec![0xcc], 1),
            ("uint 16", vec![0xcd], 2),
            ("uint 32", vec![0xce], 4),
            ("uint 64", vec![0xcf], 8),
            ("int 8", vec![0xd0], 1),
            ("int 16", vec![0xd1], 2),
            ("int 32", vec![0xd2], 4),
            ("int 64", vec![0xd3], 8),
            ("fixext 1", vec![0xd4], 2),
            ("fixext 2", vec![0xd5], 3),
            ("fixext 4", vec![0xd6], 5),
            ("fixext 8", vec![0xd7], 9),
            ("fixext 16", vec![0xd8], 17),
            ("str 8", vec![0xd9, 7], 7),
            ("str 16", vec![0xda, 0, 7], 7),
            ("str 32", vec![0xdb, 0, 0, 0, 7], 7),
        ] {
            let whole = first.len() + size;
            let bytes = [first, long(size)].concat();
            assert_eq!(head(&bytes), Some((whole, 0)), "{what}");
        }
        for (what, bytes, inside) in [
            ("fixmap", vec![0x82], 4),
            ("fixarray", vec![0x92], 2),
            ("array 16", vec![0xdc, 1, 0], 256),
            ("array 32", vec![0xdd, 0, 1, 0, 0], 65_536),
            ("map 16", vec![0xde, 0, 3], 6),
            ("map 32", vec![0xdf, 0, 0, 0, 3], 6),
        ] {
            assert_eq!(head(&bytes), Some((bytes.len(), inside)), "{what}");
        }
    }

    #[test]
    fn rejects_too_many_values_and_levels() {
        let array = |count: usize| {
            let size = u32::try_from(count).unwrap().to_be_bytes();
            [&[0xdd][..], &size, &vec![0xc0; count]].concat()
        };
        assert!(measure(&array(VALUES - 1), VALUES).is_ok());
        assert!(matches!(
            measure(&array(VALUES), VALUES),
            Err(DecodeError::TooMany)
        ));
        let nest = |depth| [vec![0x91; depth], vec![0xc0]].concat();
        assert!(measure(&nest(DEPTH - 1), VALUES).is_ok());
        assert!(matches!(
            measure(&nest(DEPTH), VALUES),
            Err(DecodeError::TooDeep)
        ));
    }

    #[test]
    fn leaves_invalid_bytes_to_the_decoder() {
        for bytes in [
            &[][..],
            &[0xdd, 0xff, 0xff, 0xff, 0xff],
            &[0xc6, 0xff],
            &[0xa5],
        ] {
            assert!(measure(bytes, VALUES).is_ok());
        }
    }
}
