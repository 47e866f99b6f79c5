#!/bin/sh
# Runs a worker on the next core: what MEDIASOUP_WORKER_BIN names while cores are shared out.
#
# SCALING_TURNS   a folder in which each worker takes a number
# SCALING_CORES   a core per word: a CPU's number, and a control group's folder after a colon if there is one
# SCALING_WORKER  the worker
#
# The process stays the same one, so that its pid and descriptors are the worker's.
turn=0
while ! mkdir "$SCALING_TURNS/$turn" 2>/dev/null; do
  turn=$((turn + 1))
  [ "$turn" -lt 10000 ] || exit 1
done

count=$(echo "$SCALING_CORES" | wc -w)
core=$(echo "$SCALING_CORES" | cut -d ' ' -f $((turn % count + 1)))
group=${core#*:}

if [ "$group" != "$core" ]; then
  echo $$ >"$group/cgroup.procs" || exit 1
fi

exec taskset --cpu-list "${core%%:*}" "$SCALING_WORKER" "$@"
