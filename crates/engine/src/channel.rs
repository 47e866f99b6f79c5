//! Framing and parsing of the channel, the socket pair on which this program and a worker process (one
//! C++ process of mediasoup) exchange FlatBuffers messages. Each message stands behind its length, four
//! bytes in the machine's byte order, because the channel never leaves the machine.
//!
//! Each `Engine` (one worker's channel) has a `Frames`, which cuts received bytes into messages, and an
//! `Outbox`, which builds requests and notifications and holds their bytes until the driver writes them.
//! Bytes that aren't a message yield a `ChannelError`, after which the driver kills the process.

use fbs::message::{self, MessageRef};
use fbs::notification::{self, Notification};
use fbs::planus::{Builder, ReadAsRoot, UnionOffset};
use fbs::request::{self, Method, Request};
use protocol::limits::MESSAGE_BYTES;
use std::fmt;

const LENGTH_BYTES: usize = 4;

/// Cuts what is read from the channel into messages.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    bytes: Vec<u8>,
    /// Number of them that were handed out.
    done: usize,
}

/// Error of a channel's bytes. Nothing after them can be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelError {
    /// A message announces more bytes than any message has.
    TooLong(usize),
    /// A message isn't what the schema says.
    Invalid(String),
}

impl fmt::Display for ChannelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(bytes) => write!(
                f,
                "the worker announced a message of {bytes} bytes, the limit is {MESSAGE_BYTES}"
            ),
            Self::Invalid(why) => write!(f, "the worker sent an invalid message: {why}"),
        }
    }
}

impl std::error::Error for ChannelError {}

impl From<fbs::planus::Error> for ChannelError {
    fn from(error: fbs::planus::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl Frames {
    /// Takes bytes as they come.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.done);
        self.done = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message, if one is whole.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, ChannelError> {
        let message = split_first(&self.bytes[self.done..])?;
        if let Some(message) = message {
            self.done += LENGTH_BYTES + message.len();
        }
        Ok(message)
    }

    /// True if [`Frames::next`] has a message.
    pub(crate) fn has_next(&self) -> bool {
        !matches!(split_first(&self.bytes[self.done..]), Ok(None))
    }
}

fn split_first(bytes: &[u8]) -> Result<Option<&[u8]>, ChannelError> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
        return Ok(None);
    };
    let length = u32::from_ne_bytes(*length) as usize;
    if length > MESSAGE_BYTES {
        return Err(ChannelError::TooLong(length));
    }
    Ok(rest.get(..length))
}

/// Reads one message.
pub(crate) fn read(message: &[u8]) -> Result<message::BodyRef<'_>, ChannelError> {
    Ok(MessageRef::read_as_root(message)?.data()?)
}

/// Bytes to write to the channel.
#[derive(Default)]
pub(crate) struct Outbox {
    builder: Builder,
    bytes: Vec<u8>,
}

/// A message that no channel carries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooBig;

impl Outbox {
    /// Appends a request.
    pub(crate) fn request(
        &mut self,
        id: u32,
        method: Method,
        handler_id: &str,
        body: Option<&request::Body>,
    ) -> Result<(), TooBig> {
        self.builder.clear();
        let request = Request::create(&mut self.builder, id, method, handler_id, body);
        let data = message::Body::create_request(&mut self.builder, request);
        self.finish(data)
    }

    /// Appends a notification.
    pub(crate) fn notify(
        &mut self,
        event: notification::Event,
        handler_id: &str,
        body: Option<&notification::Body>,
    ) -> Result<(), TooBig> {
        self.builder.clear();
        let notification = Notification::create(&mut self.builder, handler_id, event, body);
        let data = message::Body::create_notification(&mut self.builder, notification);
        self.finish(data)
    }

    fn finish(&mut self, data: UnionOffset<message::Body>) -> Result<(), TooBig> {
        let message = message::Message::create(&mut self.builder, data);
        let message = self.builder.finish(message, None);
        if message.len() > MESSAGE_BYTES {
            return Err(TooBig);
        }
        let length = u32::try_from(message.len()).map_err(|_| TooBig)?;
        self.bytes.extend_from_slice(&length.to_ne_bytes());
        self.bytes.extend_from_slice(message);
        Ok(())
    }

    /// The bytes that wait.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// They were written.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// A method or event as mediasoup's messages name it: `WorkerDump` is `WORKER_DUMP`.
pub(crate) fn constant_name(variant: impl fmt::Debug) -> String {
    let camel = format!("{variant:?}");
    let mut name = String::with_capacity(camel.len() + 4);
    for (place, letter) in camel.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn framed(messages: &[Vec<u8>]) -> Vec<u8> {
        messages
            .iter()
            .flat_map(|message| {
                let length = u32::try_from(message.len()).unwrap().to_ne_bytes();
                length.into_iter().chain(message.iter().copied())
            })
            .collect()
    }

    proptest! {
        #[test]
        fn messages_survive_any_cut(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8),
            piece in 1_usize..50,
        ) {
            let mut frames = Frames::default();
            let mut seen = Vec::new();
            for bytes in framed(&messages).chunks(piece) {
                frames.push(bytes);
                while let Some(message) = frames.next().unwrap() {
                    seen.push(message.to_vec());
                }
            }
            prop_assert_eq!(seen, messages);
            prop_assert_eq!(frames.done, frames.bytes.len());
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut frames = Frames::default();
            frames.push(&bytes);
            while let Ok(Some(message)) = frames.next() {
                let _ = read(message);
            }
            let _ = read(&bytes);
        }
    }

    #[test]
    fn a_length_past_the_limit_is_refused_before_its_bytes_come() {
        let mut frames = Frames::default();
        frames.push(&u32::MAX.to_ne_bytes());
        assert_eq!(frames.next(), Err(ChannelError::TooLong(u32::MAX as usize)));
    }

    #[test]
    fn names_are_the_schemas() {
        assert_eq!(
            constant_name(Method::RouterCreateWebrtctransportWithServer),
            "ROUTER_CREATE_WEBRTCTRANSPORT_WITH_SERVER"
        );
        assert_eq!(constant_name(Method::WorkerDump), "WORKER_DUMP");
    }
}
