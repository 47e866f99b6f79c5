/* Hooks through which libuv's UDP sockets send in batches (docs/adr/0014-media-in-batches.md).
 *
 * The worker's program installs them before it starts the worker; without them, udp.c and linux.c
 * here behave as upstream's. All hooks run on the thread of the socket's loop. */

#ifndef UV_BATCH_H
#define UV_BATCH_H

#include <stdint.h>

#include "uv.h"

struct uv_batch_hooks {
  /* Returns the number of a new socket. */
  uint32_t (*open)(uv_udp_t* handle);
  /* Sends what waits, and forgets the socket. */
  void (*close)(uint32_t socket);
  /* Returns 1 if it has copied the packet, 0 if the caller is to send it. */
  int (*offer)(uint32_t socket, int fd, const struct sockaddr* addr, const uv_buf_t* packet);
  /* Sends what waits. */
  void (*flush)(void);
  /* Announces a turn of the loop with so many ready descriptors. */
  void (*begin_turn)(int ready);
  /* Announces so many received packets, which are handled next. */
  void (*expect)(int received);
};

/* NULL until something is installed. */
extern const struct uv_batch_hooks* uv_batch_hooks;

void uv_batch_install(const struct uv_batch_hooks* hooks);

/* Puts a copy of a packet behind the socket's own queue, which libuv sends when the socket is writable. */
void uv_batch_queue(uv_udp_t* handle, const struct sockaddr* addr, const void* packet, size_t length);

#endif
