// Uploads on the way of a copy: begun anew after what passes, and never half a blob for a whole
// one.
import { describe, expect, test } from '@jest/globals'
import {
  breakBefore,
  breakMidway,
  cutBody,
  type FakeRequest,
  refuse,
} from '../fakes/registry-wire.ts'
import { expectAllBlobs, setUp } from './copy-setup.ts'

describe('an upload', () => {
  const isUpload = ({ method, url }: FakeRequest) =>
    method === 'PUT' && url.pathname.includes('/uploads/')
  const isBlob = ({ method, url }: FakeRequest) =>
    method === 'GET' && url.pathname.includes('/blobs/')

  test.each([1, 3])('broken %d times begins anew and ends whole', async (times) => {
    const world = setUp()
    world.target.inject(breakBefore('ECONNRESET'), isUpload, times)
    await world.copy()
    expectAllBlobs(world)
  })

  test.each([
    ['503', refuse(503, 'UNAVAILABLE')],
    ['a forgotten upload', refuse(404, 'BLOB_UPLOAD_UNKNOWN')],
    ['an invalid upload', refuse(416, 'BLOB_UPLOAD_INVALID')],
    ['an ended token', refuse(401, 'UNAUTHORIZED')],
  ])('answered with %s begins anew', async (_, answer) => {
    const world = setUp()
    world.target.inject(async () => answer, isUpload)
    await world.copy()
    expectAllBlobs(world)
  })

  test.each([
    { name: 'before it begins', fault: breakBefore('ECONNRESET') },
    { name: 'midway', fault: breakMidway },
    { name: 'with too few bytes', fault: cutBody },
  ])('whose source breaks off $name begins anew', async ({ fault }) => {
    const world = setUp()
    world.source.inject(fault, isBlob, 2)
    await world.copy()
    expectAllBlobs(world)
  })

  test('whose source is always cut short is never taken for whole', async () => {
    const { source, target, copy } = setUp()
    source.inject(cutBody, isBlob, 100)
    await expect(copy()).rejects.toMatchObject({
      code: 'registry',
      message: expect.stringMatching(/^Cannot upload blob .* failed with the blob ended after/),
    })
    expect(target.repository('mirror/app').blobs.size).toBe(0)
  })

  test('refused for good is tried once', async () => {
    const { target, copy } = setUp()
    target.inject(async () => refuse(403, 'DENIED', 'no'), isUpload, 100)
    await expect(copy()).rejects.toMatchObject({ code: 'denied' })
    const digests = target.requests
      .filter(isUpload)
      .map(({ url }) => url.searchParams.get('digest'))
    expect(digests.length).toBeGreaterThan(0)
    expect(new Set(digests).size).toBe(digests.length)
  })
})
