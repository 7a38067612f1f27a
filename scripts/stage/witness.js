// What a registry really serves, seen without our own client: every answer is hashed here.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/**
 * Every tag of an image with the digest of the bytes behind it; empty when there is no such image.
 * @param {string} image Such as `localhost:40123/acme/app`.
 * @param {Readonly<Record<string, string>>} [login] Headers for a registry that wants one.
 * @returns {Promise<Record<string, string>>}
 */
export async function digestsByTag(image, login = {}) {
  const [host = '', ...path] = image.split('/')
  const address = `http://${host}/v2/${path.join('/')}`
  const list = await fetch(`${address}/tags/list`, { headers: login })
  if (list.status === 404) return {}
  if (!list.ok) throw new Error(`${image} answered ${list.status}`)
  const { tags } = /** @type {{ tags: string[] | null }} */ (await list.json())
  const entries = (tags ?? []).map(async (tag) => {
    const headers = { accept: ACCEPT, ...login }
    const answer = await fetch(`${address}/manifests/${tag}`, { headers })
    if (!answer.ok) throw new Error(`${image}:${tag} answered ${answer.status}`)
    return [tag, sha256(Buffer.from(await answer.arrayBuffer()))]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/**
 * The digest of a reference as skopeo pulls it.
 * @param {string} reference
 */
export function digestBySkopeo(reference) {
  return sha256(skopeo('--raw', reference))
}

/**
 * The index or manifest behind a reference.
 * @param {string} reference
 */
export function manifestBySkopeo(reference) {
  return JSON.parse(skopeo('--raw', reference).toString())
}

/**
 * The labels of this machine's platform.
 * @param {string} reference
 * @returns {Record<string, string>}
 */
export function labelsBySkopeo(reference) {
  return JSON.parse(skopeo('--config', reference).toString()).config.Labels
}

/**
 * Blocks: a registry that this very process serves could not answer.
 * @param {string} what
 * @param {string} reference
 */
function skopeo(what, reference) {
  return execFileSync('skopeo', ['inspect', what, '--tls-verify=false', `docker://${reference}`])
}

/** @param {Buffer} bytes */
function sha256(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
