/* Upstream's udp.c, with sockets that send and receive in batches where hooks are installed.
 *
 * Upstream's functions keep their bodies under another name; those here call them. What changes:
 * uv_udp_try_send() offers the packet to the hooks first, and a readable socket is read by one
 * recvmmsg() into buffers of its own. */

#define uv__udp_init_ex uv__udp_init_ex_upstream
#define uv__udp_close uv__udp_close_upstream
#define uv__udp_connect uv__udp_connect_upstream
#define uv__udp_disconnect uv__udp_disconnect_upstream
#define uv__udp_send uv__udp_send_upstream
#define uv__udp_try_send uv__udp_try_send_upstream
#define uv__udp_try_send2 uv__udp_try_send2_upstream
#include "unix/udp.c"
#undef uv__udp_init_ex
#undef uv__udp_close
#undef uv__udp_connect
#undef uv__udp_disconnect
#undef uv__udp_send
#undef uv__udp_try_send
#undef uv__udp_try_send2

#include "batch.h"

/* Datagrams that one call reads: what upstream handles at most before it looks at other sockets. */
#define DATAGRAMS 32

/* Distance of two buffers: a datagram, and some lines more so that the starts of all buffers don't share the
 * same sets of the cache. */
#define STRIDE (UV__UDP_DGRAM_MAXSIZE + 17 * 64)

/* Memory that readable sockets are read into, one after the other. */
struct receiver {
  struct mmsghdr messages[DATAGRAMS];
  struct iovec iov[DATAGRAMS];
  struct sockaddr_storage peers[DATAGRAMS];
  char buffers[DATAGRAMS][STRIDE];
};

static _Thread_local struct receiver* receiver;

/* A socket's number is kept in its handle, plus one; 0 is a socket without hooks. */
static uintptr_t number_of(const uv_udp_t* handle) {
  return (uintptr_t) handle->u.reserved[0];
}

static struct receiver* get_receiver(void) {
  struct receiver* r;
  int k;

  if (receiver == NULL && (r = uv__calloc(1, sizeof(*r))) != NULL) {
    for (k = 0; k < DATAGRAMS; k++) {
      r->iov[k].iov_base = r->buffers[k];
      r->iov[k].iov_len = UV__UDP_DGRAM_MAXSIZE;
      r->messages[k].msg_hdr.msg_iov = &r->iov[k];
      r->messages[k].msg_hdr.msg_iovlen = 1;
      r->messages[k].msg_hdr.msg_name = &r->peers[k];
    }
    receiver = r;
  }

  return receiver;
}

/* Hands one datagram to the application, in the application's buffer: it may need room behind it. */
static void deliver(uv_udp_t* handle, struct receiver* r, int k) {
  const struct msghdr* h;
  uv_buf_t buf;
  size_t length;
  int flags;

  h = &r->messages[k].msg_hdr;
  length = r->messages[k].msg_len;
  flags = h->msg_flags & MSG_TRUNC ? UV_UDP_PARTIAL : 0;

  buf = uv_buf_init(NULL, 0);
  handle->alloc_cb((uv_handle_t*) handle, UV__UDP_DGRAM_MAXSIZE, &buf);
  if (buf.base == NULL || buf.len == 0) {
    handle->recv_cb(handle, UV_ENOBUFS, &buf, NULL, 0);
    return;
  }
  if (length > buf.len) {
    length = buf.len;
    flags = UV_UDP_PARTIAL;
  }

  memcpy(buf.base, r->buffers[k], length);
  handle->recv_cb(handle, length, &buf, (const struct sockaddr*) &r->peers[k], flags);
}

static void receive(uv_udp_t* handle) {
  struct receiver* r;
  int received;
  int k;

  r = get_receiver();
  if (r == NULL) {
    uv__udp_recvmsg(handle);
    return;
  }

  for (k = 0; k < DATAGRAMS; k++)
    r->messages[k].msg_hdr.msg_namelen = sizeof(r->peers[k]);

  do
    received = recvmmsg(handle->io_watcher.fd, r->messages, DATAGRAMS, 0, NULL);
  while (received == -1 && errno == EINTR);

  if (received == -1) {
    uv_buf_t none = uv_buf_init(NULL, 0);
    int err = errno == EAGAIN || errno == EWOULDBLOCK ? 0 : UV__ERR(errno);
    handle->recv_cb(handle, err, &none, NULL, 0);
    return;
  }

  uv_batch_hooks->expect(received);

  /* A callback may stop or close the socket. */
  for (k = 0; k < received && handle->io_watcher.fd != -1 && handle->recv_cb != NULL; k++)
    deliver(handle, r, k);
}

static void udp_io(uv_loop_t* loop, uv__io_t* w, unsigned int revents) {
  uv_udp_t* handle;

  handle = container_of(w, uv_udp_t, io_watcher);

  if (revents & POLLIN)
    receive(handle);

  /* As upstream: what waits in the socket's own queue. */
  if (revents & POLLOUT && !uv__is_closing(handle)) {
    uv__udp_sendmsg(handle);
    uv__udp_run_completed(handle);
  }
}

int uv__udp_init_ex(uv_loop_t* loop, uv_udp_t* handle, unsigned flags, int domain) {
  int err;

  err = uv__udp_init_ex_upstream(loop, handle, flags, domain);
  handle->u.reserved[0] = NULL;

  if (err == 0 && uv_batch_hooks != NULL) {
    handle->u.reserved[0] = (void*) ((uintptr_t) uv_batch_hooks->open(handle) + 1);
    handle->io_watcher.cb = udp_io;
  }

  return err;
}

void uv__udp_close(uv_udp_t* handle) {
  if (number_of(handle) != 0) {
    uv_batch_hooks->close(number_of(handle) - 1);
    handle->u.reserved[0] = NULL;
  }

  uv__udp_close_upstream(handle);
}

/* Lets what waits leave first, where order or the destination is at stake. */
static void flush(const uv_udp_t* handle) {
  if (number_of(handle) != 0)
    uv_batch_hooks->flush();
}

int uv__udp_connect(uv_udp_t* handle, const struct sockaddr* addr, unsigned int addrlen) {
  flush(handle);
  return uv__udp_connect_upstream(handle, addr, addrlen);
}

int uv__udp_disconnect(uv_udp_t* handle) {
  flush(handle);
  return uv__udp_disconnect_upstream(handle);
}

int uv__udp_send(uv_udp_send_t* req,
                 uv_udp_t* handle,
                 const uv_buf_t bufs[],
                 unsigned int nbufs,
                 const struct sockaddr* addr,
                 unsigned int addrlen,
                 uv_udp_send_cb send_cb) {
  flush(handle);
  return uv__udp_send_upstream(req, handle, bufs, nbufs, addr, addrlen, send_cb);
}

int uv__udp_try_send(uv_udp_t* handle,
                     const uv_buf_t bufs[],
                     unsigned int nbufs,
                     const struct sockaddr* addr,
                     unsigned int addrlen) {
  int family;

  family = handle->flags & UV_HANDLE_IPV6 ? AF_INET6 : AF_INET;

  /* Only what the kernel would send: bound, not behind a queue, of the socket's family. */
  if (number_of(handle) != 0 && nbufs == 1 && addr != NULL && addr->sa_family == family &&
      handle->send_queue_count == 0 && handle->flags & UV_HANDLE_BOUND) {
    if (uv_batch_hooks->offer(number_of(handle) - 1, handle->io_watcher.fd, addr, bufs))
      return bufs[0].len;
  } else {
    flush(handle);
  }

  return uv__udp_try_send_upstream(handle, bufs, nbufs, addr, addrlen);
}

int uv__udp_try_send2(uv_udp_t* handle,
                      unsigned int count,
                      uv_buf_t* bufs[/*count*/],
                      unsigned int nbufs[/*count*/],
                      struct sockaddr* addrs[/*count*/]) {
  flush(handle);
  return uv__udp_try_send2_upstream(handle, count, bufs, nbufs, addrs);
}

struct queued {
  uv_udp_send_t req;
  char packet[];
};

static void on_queued_sent(uv_udp_send_t* req, int status) {
  uv__free(container_of(req, struct queued, req));
}

void uv_batch_queue(uv_udp_t* handle, const struct sockaddr* addr, const void* packet, size_t length) {
  struct queued* queued;
  unsigned int addrlen;
  uv_buf_t buf;

  /* Without memory for it the packet is lost: the network may lose it, too. */
  queued = uv__malloc(sizeof(*queued) + length);
  if (queued == NULL)
    return;

  memcpy(queued->packet, packet, length);
  buf = uv_buf_init(queued->packet, length);
  addrlen = addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

  if (uv__udp_send_upstream(&queued->req, handle, &buf, 1, addr, addrlen, on_queued_sent))
    uv__free(queued);
}
