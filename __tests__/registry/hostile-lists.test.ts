// Hostile lists, of tags and of referrers: pages elsewhere, in circles and without end, names that
// are no tags.
import { describe, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/manifest.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { json } from '../fakes/registry-wire.ts'
import { bytes, endless, HOST, type HostileCase, MEGABYTE, meet } from './hostile-world.ts'

const APP = { registry: HOST, path: 'acme/app' }
const SUBJECT = digestOf(bytes('subject'))
const list = (client: RegistryClient) => client.listTags(APP)
const ok = (body: ReturnType<typeof endless> | Uint8Array) => ({ status: 200, body })

const LISTS: readonly HostileCase[] = [
  {
    name: 'a next page at another host',
    answer: () => json(200, { tags: ['a'] }, { link: '<https://evil.example/x>; rel="next"' }),
    run: list,
    code: 'registry',
    maxRequests: 1,
  },
  {
    name: 'a next page over http',
    answer: () => json(200, { tags: ['a'] }, { link: `<http://${HOST}/x>; rel="next"` }),
    run: list,
    code: 'registry',
    maxRequests: 1,
  },
  {
    name: 'a page that is its own next',
    answer: ({ at }) =>
      json(200, { tags: ['a'] }, { link: `<${at.pathname}${at.search}>; rel="next"` }),
    run: list,
    code: 'registry',
    maxRequests: 1,
  },
  {
    name: 'pages in a circle',
    answer: ({ at }) =>
      json(
        200,
        { tags: ['a'] },
        { link: `</?last=${at.searchParams.get('last') === 'a' ? 'b' : 'a'}>; rel="next"` },
      ),
    run: list,
    code: 'registry',
    maxRequests: 3,
  },
  {
    name: 'pages without end',
    answer: ({ at }) =>
      json(
        200,
        { tags: [] },
        { link: `</?last=${Number(at.searchParams.get('last')) + 1}>; rel="next"` },
      ),
    run: list,
    code: 'too-large',
    maxRequests: 1000,
  },
  {
    name: 'a page of 17 MiB',
    answer: () => ok(endless(MEGABYTE)),
    run: list,
    code: 'too-large',
    maxRequests: 1,
  },
  {
    name: '100,001 tags',
    answer: () => json(200, { tags: Array.from({ length: 100_001 }, (_, index) => `t${index}`) }),
    run: list,
    code: 'too-large',
    maxRequests: 1,
  },
  {
    name: 'names that are no tags',
    answer: () =>
      json(200, {
        tags: ['ok', 'x\n::error::pwn', '../x', '', 7, null, 'a b', '-x', 'x'.repeat(129)],
      }),
    run: list,
    gives: ['ok'],
  },
  {
    name: 'tags that are no list',
    answer: () => json(200, { tags: 'abc' }),
    run: list,
    code: 'registry',
  },
  { name: 'another answer', answer: () => json(200, { token: 'x' }), run: list, code: 'registry' },
  {
    name: 'four million brackets',
    answer: () => ok(bytes('['.repeat(4e6))),
    run: list,
    code: 'registry',
  },
  { name: 'no JSON', answer: () => ok(bytes('<html>')), run: list, code: 'registry' },
  {
    name: 'a refusal on the second page',
    answer: ({ at }) =>
      at.search === '?x' ? { status: 404 } : json(200, { tags: [] }, { link: '<?x>; rel="next"' }),
    run: list,
    code: 'registry',
  },
  {
    name: 'referrers in HTML',
    answer: ({ at }) =>
      at.pathname.includes('/referrers/')
        ? { ...ok(bytes('<p>')), headers: { 'content-type': 'text/html' } }
        : { status: 404 },
    run: (client) => client.referrers(APP, SUBJECT),
    gives: [],
  },
  {
    name: 'referrers with a path for a digest',
    answer: ({ at }) =>
      at.pathname.includes('/referrers/')
        ? json(
            200,
            { manifests: [{ mediaType: OCI_MANIFEST, digest: 'sha256:../x', size: 1 }] },
            { 'content-type': OCI_INDEX },
          )
        : { status: 404 },
    run: (client) => client.referrers(APP, SUBJECT),
    code: 'invalid-manifest',
  },
]

describe('hostile lists', () => {
  test.each(LISTS)('$name', meet)
})
