// A TCP link with a round trip: bytes arrive half a round trip later, in order, in both directions.
// `node slow-link.js <port to reach> <round trip in ms>` prints the port to speak to.
import { connect, createServer } from 'node:net'

const [, , target, roundTrip] = process.argv
const delay = Number(roundTrip) / 2

/**
 * @param {import('node:net').Socket} from
 * @param {import('node:net').Socket} to
 */
function relay(from, to) {
  from.on('data', (bytes) => setTimeout(() => to.write(bytes), delay))
  from.on('end', () => setTimeout(() => to.end(), delay))
  from.on('error', () => to.destroy())
}

const server = createServer((near) => {
  const far = connect(Number(target), '127.0.0.1')
  relay(near, far)
  relay(far, near)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(address && typeof address === 'object' ? address.port : '')
})
