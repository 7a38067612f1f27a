// The Packages API of the fake GitHub: the versions of a repository's one container package are the
// manifests of a fake registry, so that what is deleted here is gone there.
import { type Act, answer, page, type Route } from './github-routes.ts'
import type { FakeRepository as FakeImages } from './registry-state.ts'

export interface FakePackage {
  readonly images: FakeImages
  /** Whose paths answer. */
  readonly owners: 'orgs' | 'users'
  /** Digests that GitHub refuses to delete, with 400. */
  readonly undeletable: Set<string>
}

export function fakePackage(images: FakeImages, owners: FakePackage['owners'] = 'orgs') {
  return { images, owners, undeletable: new Set<string>() }
}

const NOT_FOUND = answer(404, { message: 'Package not found.' })

/** Newest first, as GitHub lists them. A version's id is made of its digest, and stays. */
function versionsOf({ images }: FakePackage) {
  const tagsOf = new Map<string, string[]>()
  for (const [tag, { digest }] of images.tags)
    tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag])
  return [...images.manifests.keys()].reverse().map((digest) => ({
    id: idOf(digest),
    name: digest,
    metadata: { package_type: 'container', container: { tags: tagsOf.get(digest) ?? [] } },
  }))
}

const idOf = (digest: string) => Number.parseInt(digest.slice(-12), 16)

const list: Act = (call, _values, { container }) =>
  container && call.path.startsWith(`/${container.owners}/`)
    ? page(call, versionsOf(container))
    : NOT_FOUND

function find(container: FakePackage | undefined, id: string | undefined): string | undefined {
  const end = Number(id).toString(16).padStart(12, '0')
  for (const digest of container?.images.manifests.keys() ?? [])
    if (digest.endsWith(end)) return digest
  return undefined
}

const get: Act = (_call, [id], { container }) => {
  const name = find(container, id)
  return name ? answer(200, { id, name }) : NOT_FOUND
}

const remove: Act = (_call, [id], { container }) => {
  const digest = find(container, id)
  if (!container || !digest) return NOT_FOUND
  if (container.undeletable.has(digest))
    return answer(400, { message: 'You cannot delete the last tagged version of a package.' })
  container.images.manifests.delete(digest)
  for (const [tag, state] of container.images.tags)
    if (state.digest === digest) container.images.tags.delete(tag)
  return answer(204, {})
}

const READ = ['packages: read']

export const PACKAGE_ROUTES: Readonly<Record<string, Route>> = {
  'GET /orgs/:/packages/container/:/versions': { permissions: READ, act: list },
  'GET /users/:/packages/container/:/versions': { permissions: READ, act: list },
  'GET /orgs/:/packages/container/:/versions/:': { permissions: READ, act: get },
  'GET /users/:/packages/container/:/versions/:': { permissions: READ, act: get },
  'DELETE /orgs/:/packages/container/:/versions/:': {
    permissions: ['packages: write'],
    act: remove,
  },
  'DELETE /users/:/packages/container/:/versions/:': {
    permissions: ['packages: write'],
    act: remove,
  },
}
