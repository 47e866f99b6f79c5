//! RTP packets of the load generator, whose payload has the time at which they were sent, their source and
//! their number. The sender writes them; the receivers read the stamp to find lost packets and delays.
//!
//! The payload starts as a VP8 key frame does: a video Consumer begins with one, and if each packet is
//! one it begins at once. mediasoup doesn't look into payloads of audio.

/// Of an RTP header without CSRCs and extensions.
pub(crate) const HEADER_BYTES: usize = 12;

/// Payload descriptor (start of a partition) and first byte of the payload header (no inter frame).
const VP8_KEY_FRAME: [u8; 2] = [0x10, 0x00];

const STAMP_BYTES: usize = 16;

/// The shortest packet that has room for a stamp.
pub(crate) const MIN_BYTES: usize = HEADER_BYTES + VP8_KEY_FRAME.len() + STAMP_BYTES;

/// Fields that change from packet to packet of a source, or identify it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Header {
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
}

/// Content of a payload: identity of its packet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stamp {
    pub(crate) source: u32,
    /// Number of packets that the source had sent before.
    pub(crate) counter: u32,
    /// Nanoseconds since 1970.
    pub(crate) sent_ns: u64,
}

/// Writes header and stamp; what of `packet` follows them stays.
///
/// # Panics
///
/// If `packet` is shorter than [`MIN_BYTES`].
pub(crate) fn write(packet: &mut [u8], header: Header, stamp: Stamp) {
    packet[0] = 0x80;
    packet[1] = header.payload_type & 0x7f;
    packet[2..4].copy_from_slice(&header.sequence.to_be_bytes());
    packet[4..8].copy_from_slice(&header.timestamp.to_be_bytes());
    packet[8..12].copy_from_slice(&header.ssrc.to_be_bytes());
    packet[12..14].copy_from_slice(&VP8_KEY_FRAME);
    packet[14..22].copy_from_slice(&stamp.sent_ns.to_be_bytes());
    packet[22..26].copy_from_slice(&stamp.counter.to_be_bytes());
    packet[26..30].copy_from_slice(&stamp.source.to_be_bytes());
}

/// The SSRC of an RTP packet; none of RTCP, which shares the socket (RFC 5761).
pub(crate) fn ssrc(packet: &[u8]) -> Option<u32> {
    let is_rtp =
        packet.len() >= HEADER_BYTES && packet[0] >> 6 == 2 && !(192..=223).contains(&packet[1]);

    is_rtp.then(|| number(&packet[8..12]))
}

/// Reads the payload of a decrypted packet.
pub(crate) fn stamp(packet: &[u8]) -> Option<Stamp> {
    let stamp = packet
        .get(payload_offset(packet)?..)?
        .strip_prefix(&VP8_KEY_FRAME)?
        .get(..STAMP_BYTES)?;

    Some(Stamp {
        sent_ns: u64::from(number(&stamp[..4])) << 32 | u64::from(number(&stamp[4..8])),
        counter: number(&stamp[8..12]),
        source: number(&stamp[12..16]),
    })
}

/// Behind CSRCs and header extensions.
fn payload_offset(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    let offset = HEADER_BYTES + usize::from(first & 0x0f) * 4;

    if first & 0x10 == 0 {
        return Some(offset);
    }

    let words = packet.get(offset + 2..offset + 4)?;

    Some(offset + 4 + usize::from(words[0]) * 1024 + usize::from(words[1]) * 4)
}

/// Of four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp {
        source: 9,
        counter: 0x0102_0304,
        sent_ns: 0x1122_3344_5566_7788,
    };

    fn packet(bytes: usize) -> Vec<u8> {
        let mut packet = vec![0; bytes];
        let header = Header {
            payload_type: 101,
            sequence: 0xfffe,
            timestamp: 7,
            ssrc: 0xdead_beef,
        };

        write(&mut packet, header, STAMP);

        packet
    }

    #[test]
    fn reads_what_was_written() {
        for bytes in [MIN_BYTES, 172, 1100] {
            let packet = packet(bytes);

            assert_eq!(ssrc(&packet), Some(0xdead_beef));
            assert_eq!(stamp(&packet), Some(STAMP));
        }
    }

    #[test]
    fn finds_the_payload_behind_csrcs_and_extensions() {
        let plain = packet(60);
        let mut extended = plain[..HEADER_BYTES].to_vec();

        extended[0] |= 0x12;
        extended.extend([0; 8]);
        extended.extend([0xbe, 0xde, 0, 1, 0x10, 1, 0, 0]);
        extended.extend(&plain[HEADER_BYTES..]);

        assert_eq!(stamp(&extended), Some(STAMP));
    }

    #[test]
    fn takes_neither_rtcp_nor_what_is_cut_short_for_rtp() {
        let mut report = packet(60);

        report[1] = 200;
        assert_eq!(ssrc(&report), None);
        assert_eq!(ssrc(&packet(60)[..11]), None);

        // Whatever is missing, nothing is read beyond the end.
        let mut extended = packet(60);

        extended[0] |= 0x1f;
        for bytes in 0..extended.len() {
            assert_eq!(stamp(&extended[..bytes]), None);
        }
    }
}
