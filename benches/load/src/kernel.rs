//! System calls of the load generator beyond plain sockets: many datagrams at once with the time of their
//! arrival, the number that the kernel has dropped, and this process's CPU time. The receiver threads and
//! the measurements call it.

use std::io::{self, IoSliceMut};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Duration;

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrIn, recvmmsg, setsockopt, sockopt,
};
use nix::sys::time::TimeSpec;

/// Datagrams per system call.
const BATCH: usize = 64;

/// More than a packet and what SRTP adds.
const DATAGRAM_BYTES: usize = 2048;

/// Some 100 ms of what a core of mediasoup sends. The kernel may allow less.
const SOCKET_BYTES: usize = 16 << 20;

/// A datagram that has arrived.
#[derive(Debug)]
pub(crate) struct Datagram<'a> {
    /// Of its sender.
    pub(crate) port: u16,
    /// Nanoseconds since 1970, by the kernel when it came in.
    pub(crate) arrived_ns: u64,
    pub(crate) bytes: &'a [u8],
}

/// A socket on 127.0.0.1 with a long queue, whose datagrams are stamped.
pub(crate) fn open() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;

    setsockopt(&socket, sockopt::ReceiveTimestampns, &true)?;
    // Only root may have more than the system's limit.
    setsockopt(&socket, sockopt::RcvBufForce, &SOCKET_BYTES)
        .or_else(|_| setsockopt(&socket, sockopt::RcvBuf, &SOCKET_BYTES))?;

    Ok(socket)
}

/// A socket and the memory to read it, which stays with a thread.
pub(crate) struct Receiving {
    socket: UdpSocket,
    memory: Vec<u8>,
    headers: MultiHeaders<SockaddrIn>,
}

impl Receiving {
    pub(crate) fn new(socket: UdpSocket) -> Self {
        Self {
            socket,
            memory: vec![0; BATCH * DATAGRAM_BYTES],
            headers: MultiHeaders::preallocate(BATCH, Some(cmsg_space!(TimeSpec))),
        }
    }

    /// Hands on what is there, at most [`BATCH`] datagrams; whether there may be more.
    pub(crate) fn receive(&mut self, mut take: impl FnMut(&Datagram)) -> io::Result<bool> {
        let mut slices: Vec<_> = self
            .memory
            .chunks_exact_mut(DATAGRAM_BYTES)
            .map(|chunk| [IoSliceMut::new(chunk)])
            .collect();
        let flags = MsgFlags::MSG_DONTWAIT;
        let mut count = 0;
        let fd = self.socket.as_raw_fd();

        match recvmmsg(fd, &mut self.headers, slices.iter_mut(), flags, None) {
            Ok(messages) => {
                for message in messages {
                    count += 1;

                    let arrived = message.cmsgs()?.find_map(|control| match control {
                        ControlMessageOwned::ScmTimestampns(time) => Some(time),
                        _ => None,
                    });

                    if let (Some(address), Some(arrived), Some(bytes)) =
                        (message.address, arrived, message.iovs().next())
                    {
                        take(&Datagram {
                            port: address.port(),
                            arrived_ns: nanoseconds(Duration::from(arrived)),
                            bytes,
                        });
                    }
                }
            }
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }

        Ok(count == BATCH)
    }
}

/// Of a time since 1970; good until the year 2554.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Returns the CPU time of this process, all threads, in its own code and in the kernel.
pub(crate) fn cpu_time() -> io::Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;

    Ok([usage.user_time(), usage.system_time()]
        .into_iter()
        .map(|time| {
            Duration::from_secs(time.tv_sec().unsigned_abs())
                + Duration::from_micros(time.tv_usec().unsigned_abs())
        })
        .sum())
}

/// Returns the number of datagrams that the kernel has dropped at sockets of these ports for want of room.
pub(crate) fn drops(ports: &[u16]) -> io::Result<u64> {
    Ok(drops_in(&std::fs::read_to_string("/proc/net/udp")?, ports))
}

/// A line per socket: the local address is the second column, the number of drops the last.
fn drops_in(table: &str, ports: &[u16]) -> u64 {
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split_ascii_whitespace();
            let (_, port) = columns.nth(1)?.split_once(':')?;
            let port = u16::from_str_radix(port, 16).ok()?;
            let drops = columns.last()?.parse::<u64>().ok()?;

            ports.contains(&port).then_some(drops)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_drops_of_its_ports() {
        let table = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  161: 0100007F:B2A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 74318 2 0000000000000000 12
  162: 0100007F:B2A2 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 74319 2 0000000000000000 30
  163: 0100007F:B2A3 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 74320 2 0000000000000000 5
";

        assert_eq!(drops_in(table, &[0xb2a1, 0xb2a3]), 17);
        assert_eq!(drops_in("", &[1]), 0);
    }

    #[test]
    fn receives_more_than_a_batch_with_ports_and_times() {
        let socket = open().unwrap();
        let port = socket.local_addr().unwrap().port();
        let mut receiving = Receiving::new(socket);
        let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let to = (Ipv4Addr::LOCALHOST, port);
        let from = sender.local_addr().unwrap().port();
        let mut lengths = Vec::new();

        // Twice, because the kernel writes into the headers of the first time.
        for round in 0..2 {
            for length in 1..=BATCH + 1 {
                sender.send_to(&vec![0; length], to).unwrap();
            }

            for more in [true, false] {
                let result = receiving.receive(|datagram| {
                    assert_eq!(datagram.port, from);
                    assert!(datagram.arrived_ns > 1_600_000_000_000_000_000);
                    lengths.push(datagram.bytes.len());
                });

                assert_eq!(result.unwrap(), more, "round {round}");
            }
        }

        assert_eq!(
            lengths,
            [(1..=BATCH + 1), (1..=BATCH + 1)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
        );
        assert_eq!(drops(&[port]).unwrap(), 0);
    }
}
