/* Kernel that refuses: preloaded beneath a worker, it fails some calls that send UDP packets.
 *
 * Every third call fails, in turn by each error for which the worker has another way. REFUSE_LOG names a file that
 * gets a byte per refusal, so that a test knows that it met some. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int refuses(int fd, const struct msghdr* message) {
  static int calls, refusals, log_fd = -1;
  static const int segments[] = {EAGAIN, EMSGSIZE, ENOBUFS, EINVAL, EPERM, EIO};
  static const int singles[] = {EAGAIN, ENOBUFS};
  int type = 0;
  socklen_t length = sizeof(type);

  getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length);
  if (type != SOCK_DGRAM || ++calls % 3 != 0)
    return 0;

  if (log_fd < 0)
    log_fd = open(getenv("REFUSE_LOG"), O_CREAT | O_WRONLY | O_APPEND, 0600);

  if (message->msg_controllen > 0)
    errno = segments[refusals++ % 6];
  else
    errno = singles[refusals++ % 2];

  int error = errno;
  if (write(log_fd, message->msg_controllen > 0 ? "S" : "1", 1) != 1)
    abort();
  errno = error;
  return 1;
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  static ssize_t (*real)(int, const struct msghdr*, int);

  if (real == NULL)
    real = (ssize_t (*)(int, const struct msghdr*, int)) dlsym(RTLD_NEXT, "sendmsg");

  return refuses(fd, message) ? -1 : real(fd, message, flags);
}

int sendmmsg(int fd, struct mmsghdr* messages, unsigned int count, int flags) {
  static int (*real)(int, struct mmsghdr*, unsigned int, int);

  if (real == NULL)
    real = (int (*)(int, struct mmsghdr*, unsigned int, int)) dlsym(RTLD_NEXT, "sendmmsg");

  /* Now and then only the first is taken. */
  return refuses(fd, &messages->msg_hdr) ? -1 : real(fd, messages, count > 2 ? 2 : count, flags);
}
