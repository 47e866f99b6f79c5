//! Handling of the events of [`ClientEnd`](session_logs::client::ClientEnd), the client's end of the logs:
//! connected, disconnected, refused, an entry of the server, a call without an answer. The connection's
//! task calls it for each; it decodes entries and reports to the application.

use super::ConnectionTask;
use crate::pending_calls::{CallFailure, ConnectionEvent};
use crate::stats::LinkState;
use protocol::{EntryNumber, LinkEvent, Outcome, RequestId, Update};
use session_logs::client::{self, ClientEvent};
use std::time::{Duration, Instant};
use wire::v1::{Close, Welcome};

impl ConnectionTask {
    /// Handles an event of `ClientEnd`.
    pub(super) fn handle_event(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Connected { outcome, welcome } => self.connected(outcome, welcome),
            ClientEvent::Disconnected { reason, retry_in } => {
                // Until a first link is established, the state stays `Connecting`.
                if self.stats.state == LinkState::Connected {
                    self.stats.state = LinkState::Disconnected;
                }
                self.stats.last_error = Some(reason.clone());
                let retry_in_ms = milliseconds(retry_in);
                self.events
                    .push(ConnectionEvent::Link(LinkEvent::Disconnected {
                        reason,
                        retry_in_ms,
                    }));
            }
            ClientEvent::Refused { reason } => self.refused(reason),
            ClientEvent::Entry { bytes, .. } => self.entry(&bytes),
            ClientEvent::Unanswered { request, why } => match why {
                client::NoAnswer::Lost => self.lost.push(request),
                client::NoAnswer::Expired { sent } => {
                    let link = self.stats.last_error.clone().unwrap_or_default();
                    self.give_up(request, CallFailure::Expired { sent, link });
                }
            },
            ClientEvent::Left => self.left(),
        }
    }

    /// Ends the connection after the goodbye, or without a session.
    pub(super) fn left(&mut self) {
        self.over = true;
        self.stats.state = LinkState::Closed;
        if let Some((left, _)) = self.leaving.take() {
            let _ = left.try_send(());
        }
    }

    fn connected(&mut self, outcome: Outcome, welcome: Welcome) {
        let outcome = match (outcome, &self.epoch) {
            (Outcome::First, None) => Outcome::First,
            (Outcome::Resumed, _) => Outcome::Resumed,
            // Also the first link of a client that started over.
            (_, Some(epoch)) if *epoch == welcome.epoch => Outcome::Rejoined,
            _ => Outcome::Renewed,
        };
        self.stats.reconnects += u64::from(outcome != Outcome::First);
        match outcome {
            Outcome::First => {}
            Outcome::Resumed => self.stats.resumed += 1,
            Outcome::Rejoined => {
                self.stats.rejoined += 1;
                self.encoder.clear();
                self.lose(|| CallFailure::Lost);
            }
            Outcome::Renewed => {
                self.stats.renewed += 1;
                self.renewals += 1;
                self.encoder.clear();
                // The application rejects all its calls when it receives this event.
                self.lost.clear();
            }
        }
        self.epoch = Some(welcome.epoch);
        self.stats.state = LinkState::Connected;
        self.events
            .push(ConnectionEvent::Link(LinkEvent::Connected {
                outcome,
                draining: welcome.draining,
                agent: welcome.agent,
            }));
    }

    fn refused(&mut self, reason: String) {
        self.hang_up(Close::Normal as u16);
        self.stats.state = LinkState::Refused;
        self.stats.last_error = Some(reason.clone());
        self.lose(|| CallFailure::Refused(reason.clone()));
        self.events
            .push(ConnectionEvent::Link(LinkEvent::Refused { reason }));
    }

    fn entry(&mut self, bytes: &[u8]) {
        match self.decoder.decode(bytes) {
            Ok(Some(update)) => self.update(update, bytes.len()),
            Ok(None) => {}
            // The log counts the entry as received; going on would lose it silently.
            Err(error) => {
                self.hang_up(Close::ProtocolError as u16);
                let reason = format!("protocol error: {error}");
                self.client_end.refused(Instant::now(), &reason);
            }
        }
        let log = self.decoder.left_out().map(Update::Log);
        let event = log.map(|log| ConnectionEvent::Update(Box::new(log)));
        self.events.extend(event);
    }

    fn update(&mut self, update: Update<EntryNumber>, bytes: usize) {
        if let Update::Draining { within_ms } = update {
            let event = LinkEvent::Draining { within_ms };
            self.events.push(ConnectionEvent::Link(event));
            return;
        }
        if let Some(update) = self.client_end.name_call(update) {
            self.snapshots += u64::from(matches!(update, Update::Snapshot(_)));
            self.event_bytes += bytes;
            self.events.push(ConnectionEvent::Update(Box::new(update)));
        }
    }

    /// Reports that a call will have no answer.
    pub(super) fn give_up(&mut self, request: RequestId, why: CallFailure) {
        self.events
            .push(ConnectionEvent::Unanswered { request, why });
    }

    fn lose(&mut self, why: impl Fn() -> CallFailure) {
        for request in std::mem::take(&mut self.lost) {
            self.give_up(request, why());
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
