// A GitHub to talk to: the emulator, with the repository acme/app and its releases.
import { createEmulator } from 'emulate'
import { NAME, OWNER } from './events.js'

export const TOKEN = 'token-of-the-run'

/**
 * `release` publishes one and returns its id; `body` reads a release's notes.
 * @typedef {object} GitHub
 * @property {string} url
 * @property {(tag: string, notes: string) => Promise<number>} release
 * @property {(id: number) => Promise<string>} body
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<GitHub>} */
export async function startGitHub() {
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: OWNER, scopes: ['repo'] } },
      github: { users: [{ login: OWNER }], repos: [{ owner: OWNER, name: NAME, auto_init: true }] },
    },
  })
  const releases = `${emulator.url}/repos/${OWNER}/${NAME}/releases`
  /** @type {(url: string, request?: RequestInit) => Promise<any>} */
  const call = async (url, request = {}) => {
    const headers = { authorization: `token ${TOKEN}`, 'content-type': 'application/json' }
    const answer = await fetch(url, { headers, ...request })
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    url: emulator.url,
    async release(tag, notes) {
      const body = JSON.stringify({ tag_name: tag, name: tag, body: notes })
      return (await call(releases, { method: 'POST', body })).id
    },
    body: async (id) => (await call(`${releases}/${id}`)).body,
    stop: () => emulator.close(),
  }
}
