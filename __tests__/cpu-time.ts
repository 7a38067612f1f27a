// Bounds on work, counted in the processor's time: a busy machine makes no difference to them.

/** Milliseconds this process has computed for so far. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
