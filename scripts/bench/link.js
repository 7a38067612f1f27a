// A registry as it is reached from afar.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** `roundTrip`: milliseconds; 0: no link at all. */
export async function openLink(host, roundTrip) {
  if (roundTrip === 0) return { host, close() {} }
  const script = new URL('../stage/slow-link.js', import.meta.url).pathname
  const link = spawn(process.execPath, [script, host.split(':')[1], String(roundTrip)])
  const [port] = await once(link.stdout, 'data')
  return { host: `localhost:${String(port).trim()}`, close: () => link.kill() }
}
