// A registry with a tag on an old image, and a young one to move it to.
import { parseRepository } from '../../src/oci/reference.ts'
import type { TagMove } from '../../src/registry/point.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import type { FakeRequest } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

export const APP = parseRepository('registry.test/acme/app')
export const isPut = ({ method }: FakeRequest) => method === 'PUT'

/** `point` moves the tag 1.4, which is on the old image, to the young one, or as it is told. */
export function setUp(options: FakeRegistryOptions = {}) {
  const world = fakeRegistryWith(options)
  const old = world.registry.addImage('acme/app', { tags: ['1.4'], content: 'old' })
  const young = world.registry.addImage('acme/app', { content: 'young' })
  const other = world.registry.addImage('acme/app', { content: 'other' })
  const point = (move: Partial<TagMove> = {}) =>
    world.client.point({ repository: APP, tag: '1.4', manifest: young, ...move })
  const puts = () => world.registry.lines().filter((line) => line.startsWith('PUT'))
  return { ...world, old, young, other, point, puts }
}
