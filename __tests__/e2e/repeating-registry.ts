// A registry that hands out three tokens at once and refuses all else, repeating in header and body
// what it got.
import type { Http } from '../../src/ports.ts'
import { json } from '../fakes/registry-wire.ts'

export const MINTED = ['minted-token', 'minted-access-token', 'minted-refresh-token']

export const repeatingRegistry: Http = async ({ method, url, headers, body }) => {
  const { pathname, origin } = new URL(url)
  const sent = headers['authorization'] ?? ''
  const [token, access_token, refresh_token] = MINTED
  if (pathname === '/token' && method === 'GET')
    return told(200, { token, access_token, refresh_token })
  const asked = `Bearer realm="${origin}/token",service="x"`
  const challenge = pathname.includes('basic') ? 'Basic realm="x"' : asked
  const isRefused = pathname === '/token' || sent !== ''
  const repeated = isRefused ? `${sent} ${decodeURIComponent(sent)} ${body}` : ''
  // Where the message is cut, a secret must not stay in part.
  const message = [180, 190, 195].map((width) => repeated.padStart(width, '.')).join(' ')
  const errors = [{ code: `DENIED ${repeated}`, message: repeated.length % 2 ? message : repeated }]
  return told(
    isRefused ? 403 : 401,
    { errors, message },
    { 'www-authenticate': challenge, 'x-got': repeated },
  )
}

function told(status: number, value: unknown, more: Record<string, string> = {}) {
  const { headers = {}, body } = json(status, value, more)
  const chunks = async function* () {
    if (body instanceof Uint8Array) yield body
  }
  return { status, headers, body: chunks() }
}
