//! Installs the batches of crate `udp-batch` beneath libuv, and does their system calls.
//!
//! `main()` calls [`install`] before it starts the worker, and prints what [`describe`] returns. libuv
//! then calls the functions in [`HOOKS`] on the thread of its loop, which is the worker's only one
//! with sockets.

use std::cell::RefCell;
use std::env;
use std::ffi::{c_int, c_void};
use std::io;
use std::mem;
use std::ptr;
use std::slice;
use std::time::Instant;

use udp_batch::{Batch, Destination, Kernel, Messages, Offer, Refusal, SocketId, Support};

/// Variable that turns batches off by the value `0`.
const VARIABLE: &str = "REMOTE_MEDIASOUP_SEND_BATCH";

/// libuv's `uv_udp_t`, which only libuv looks into.
#[repr(C)]
struct UvUdp {
    _opaque: [u8; 0],
}

/// libuv's `uv_buf_t` on Unix.
#[repr(C)]
struct UvBuf {
    base: *const u8,
    length: usize,
}

/// `struct uv_batch_hooks` of native/subprojects/libuv/batch/batch.h.
#[repr(C)]
struct Hooks {
    open: extern "C" fn(*mut UvUdp) -> u32,
    close: extern "C" fn(u32),
    offer: unsafe extern "C" fn(u32, c_int, *const libc::sockaddr, *const UvBuf) -> c_int,
    flush: extern "C" fn(),
    begin_turn: extern "C" fn(c_int),
    expect: extern "C" fn(c_int),
}

static HOOKS: Hooks = Hooks {
    open,
    close,
    offer,
    flush,
    begin_turn,
    expect,
};

unsafe extern "C" {
    fn uv_batch_install(hooks: *const Hooks);
    fn uv_batch_queue(
        handle: *mut UvUdp,
        address: *const libc::sockaddr,
        packet: *const c_void,
        length: usize,
    );
}

thread_local! {
    static BATCH: RefCell<Batch<System>> = RefCell::new(Batch::new(System::new()));
}

/// Installs the hooks unless the environment forbids it.
pub(crate) fn install() {
    if !is_off() {
        // SAFETY: the hooks live for ever, and no loop runs yet.
        unsafe { uv_batch_install(&raw const HOOKS) };
    }
}

/// Returns how packets are sent, in words that `remote-mediasoup doctor` reads.
pub(crate) fn describe() -> &'static str {
    match support() {
        _ if is_off() => "one by one (REMOTE_MEDIASOUP_SEND_BATCH is 0)",
        Support::Segments => "in batches (UDP_SEGMENT)",
        Support::Messages | Support::Single => "in batches (sendmmsg)",
    }
}

fn is_off() -> bool {
    env::var_os(VARIABLE).is_some_and(|value| value == "0")
}

/// Returns what the kernel can do for a socket.
fn support() -> Support {
    thread_local! {
        static SUPPORT: Support = probe();
    }
    SUPPORT.with(|support| *support)
}

/// Asks the kernel for `UDP_SEGMENT`: one that doesn't know it would send a batch as one datagram.
fn probe() -> Support {
    let mut segment: c_int = 0;
    let mut length = socket_length::<c_int>();

    // SAFETY: the arguments are what the calls want, and the descriptor is closed once.
    let known = unsafe {
        let fd = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        let known = libc::getsockopt(
            fd,
            libc::SOL_UDP,
            libc::UDP_SEGMENT,
            (&raw mut segment).cast(),
            &raw mut length,
        ) == 0;
        libc::close(fd);
        known
    };

    if known {
        Support::Segments
    } else {
        Support::Messages
    }
}

extern "C" fn open(handle: *mut UvUdp) -> u32 {
    with_batch(|batch| {
        let id = batch.open(support());
        batch.kernel_mut().set(id, Socket { handle, fd: -1 });
        id.0
    })
}

extern "C" fn close(socket: u32) {
    with_batch(|batch| batch.close(SocketId(socket)));
}

unsafe extern "C" fn offer(
    socket: u32,
    fd: c_int,
    address: *const libc::sockaddr,
    packet: *const UvBuf,
) -> c_int {
    // SAFETY: libuv passes an address of IPv4 or IPv6, and one buffer that it holds during the call.
    let (address, packet) = unsafe {
        let length = match c_int::from((*address).sa_family) {
            libc::AF_INET6 => mem::size_of::<libc::sockaddr_in6>(),
            // Without the padding, which callers may leave as it was.
            _ => mem::offset_of!(libc::sockaddr_in, sin_zero),
        };
        (
            slice::from_raw_parts(address.cast::<u8>(), length),
            slice::from_raw_parts((*packet).base, (*packet).length),
        )
    };
    let Some(destination) = Destination::new(address) else {
        return 0;
    };

    with_batch(|batch| {
        batch.kernel_mut().set_fd(SocketId(socket), fd);
        c_int::from(batch.offer(SocketId(socket), &destination, packet) == Offer::Taken)
    })
}

extern "C" fn flush() {
    with_batch(Batch::flush);
}

extern "C" fn begin_turn(ready: c_int) {
    with_batch(|batch| batch.begin_turn(usize::try_from(ready).unwrap_or(0)));
}

extern "C" fn expect(received: c_int) {
    with_batch(|batch| batch.expect(usize::try_from(received).unwrap_or(0)));
}

fn with_batch<T>(body: impl FnOnce(&mut Batch<System>) -> T) -> T {
    BATCH.with_borrow_mut(body)
}

#[derive(Clone, Copy)]
struct Socket {
    handle: *mut UvUdp,
    fd: c_int,
}

/// The system calls, with the memory that describes messages to them.
struct System {
    /// By `SocketId`.
    sockets: Vec<Socket>,
    headers: Vec<libc::mmsghdr>,
    iov: Vec<libc::iovec>,
    names: Vec<libc::sockaddr_in6>,
    controls: Vec<Control>,
    started: Instant,
}

/// Ancillary data that carries the size of a segment.
#[repr(C)]
#[derive(Clone, Copy)]
struct Control {
    header: libc::cmsghdr,
    segment: u16,
    _padding: [u8; 6],
}

impl System {
    fn new() -> Self {
        Self {
            sockets: Vec::new(),
            headers: Vec::with_capacity(Self::MAX_MESSAGES),
            iov: Vec::with_capacity(Self::MAX_PACKETS),
            names: Vec::with_capacity(Self::MAX_MESSAGES),
            controls: Vec::with_capacity(Self::MAX_MESSAGES),
            started: Instant::now(),
        }
    }

    fn set(&mut self, id: SocketId, socket: Socket) {
        let index = id.0 as usize;
        if index >= self.sockets.len() {
            self.sockets.resize(index + 1, socket);
        }
        self.sockets[index] = socket;
    }

    fn set_fd(&mut self, id: SocketId, fd: c_int) {
        self.sockets[id.0 as usize].fd = fd;
    }

    /// Describes messages to the kernel. The four lists have room for all of them from the start, so
    /// that pointers into them stay valid.
    fn describe(&mut self, messages: Messages<'_>) {
        self.headers.clear();
        self.iov.clear();
        self.names.clear();
        self.controls.clear();

        for message in messages.iter() {
            let first = self.iov.len();
            self.iov.extend(message.packets().map(|packet| libc::iovec {
                iov_base: packet.as_ptr().cast_mut().cast(),
                iov_len: packet.len(),
            }));

            // SAFETY: all zeros are a valid header.
            let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
            self.names.push(name_of(message.destination));

            let hdr = &mut header.msg_hdr;
            hdr.msg_name = ptr::from_mut(self.names.last_mut().expect("just pushed")).cast();
            hdr.msg_namelen = name_length(self.names.last().expect("just pushed"));
            hdr.msg_iov = ptr::from_mut(&mut self.iov[first]);
            hdr.msg_iovlen = self.iov.len() - first;

            if let Some(segment) = message.segment() {
                self.controls.push(Control::segment(segment));
                hdr.msg_control =
                    ptr::from_mut(self.controls.last_mut().expect("just pushed")).cast();
                hdr.msg_controllen = mem::size_of::<Control>();
            }
            self.headers.push(header);
        }
    }
}

impl Kernel for System {
    fn send(
        &mut self,
        socket: SocketId,
        messages: Messages<'_>,
        support: Support,
    ) -> Result<usize, Refusal> {
        let fd = self.sockets[socket.0 as usize].fd;
        self.describe(messages);

        loop {
            // SAFETY: the headers describe memory of `messages` and of `self`, which both outlive the calls.
            let sent = unsafe {
                if support == Support::Single || self.headers.len() == 1 {
                    let sent = libc::sendmsg(fd, &raw const self.headers[0].msg_hdr, 0);
                    if sent < 0 { -1 } else { 1 }
                } else {
                    let count = u32::try_from(self.headers.len()).expect("at most MAX_MESSAGES");
                    libc::sendmmsg(fd, self.headers.as_mut_ptr(), count, 0)
                }
            };

            if let Ok(sent) = usize::try_from(sent) {
                return Ok(sent.max(1));
            }
            match io::Error::last_os_error().raw_os_error() {
                Some(libc::EINTR) => {}
                Some(libc::EAGAIN | libc::ENOBUFS) => return Err(Refusal::Full),
                Some(libc::EIO) => return Err(Refusal::NoSegments),
                Some(libc::ENOSYS) => return Err(Refusal::NoMessages),
                Some(libc::EMSGSIZE | libc::EINVAL) => return Err(Refusal::TooLarge),
                _ => return Err(Refusal::Other),
            }
        }
    }

    fn queue(&mut self, socket: SocketId, destination: &Destination, packet: &[u8]) {
        let name = name_of(destination);

        // SAFETY: the handle is open, and libuv copies the address and the packet.
        unsafe {
            uv_batch_queue(
                self.sockets[socket.0 as usize].handle,
                (&raw const name).cast(),
                packet.as_ptr().cast(),
                packet.len(),
            );
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Control {
    fn segment(segment: u16) -> Self {
        // SAFETY: all zeros are a valid header.
        let mut header: libc::cmsghdr = unsafe { mem::zeroed() };
        header.cmsg_level = libc::SOL_UDP;
        header.cmsg_type = libc::UDP_SEGMENT;
        header.cmsg_len = mem::size_of::<libc::cmsghdr>() + mem::size_of::<u16>();
        Self {
            header,
            segment,
            _padding: [0; 6],
        }
    }
}

/// Returns an address with the room of the longer kind.
fn name_of(destination: &Destination) -> libc::sockaddr_in6 {
    let address = destination.as_bytes();
    // SAFETY: all zeros are a valid address, and `address` is no longer than one.
    unsafe {
        let mut name: libc::sockaddr_in6 = mem::zeroed();
        ptr::copy_nonoverlapping(address.as_ptr(), (&raw mut name).cast(), address.len());
        name
    }
}

fn name_length(name: &libc::sockaddr_in6) -> libc::socklen_t {
    if c_int::from(name.sin6_family) == libc::AF_INET6 {
        socket_length::<libc::sockaddr_in6>()
    } else {
        socket_length::<libc::sockaddr_in>()
    }
}

fn socket_length<T>() -> libc::socklen_t {
    libc::socklen_t::try_from(mem::size_of::<T>()).expect("sizes of socket options are small")
}
