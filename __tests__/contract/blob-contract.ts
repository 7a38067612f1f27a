// Blobs: uploaded, found, read, mounted, and not stored when they are others.
import { expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { streamOf } from '../fakes/stream-of.ts'
import { encode, type Stage } from './stage.ts'

export function blobContract(stage: Stage): void {
  test('blobs: uploaded, found, read, mounted', async () => {
    const { client, fresh } = stage
    const [app, other] = [fresh(), fresh()]
    const bytes = encode('blob')
    const blob = { digest: digestOf(bytes), size: bytes.length }
    await client.uploadBlob(app, blob, async () => streamOf(bytes))
    expect(await client.hasBlob(app, blob.digest)).toBe(true)
    expect(Buffer.from((await client.getBlob(app, blob.digest, 4)) ?? [])).toEqual(
      Buffer.from(bytes),
    )
    expect(await client.mountBlob(other, blob.digest, app)).toBe(true)
    expect(await client.hasBlob(other, blob.digest)).toBe(true)
  })

  test('a blob of 0 bytes, and one of 3 MiB in pieces', async () => {
    const { client, fresh } = stage
    const app = fresh()
    const piece = new Uint8Array(64 * 1024).fill(7)
    for (const count of [0, 48]) {
      const pieces = Array.from({ length: count }, () => piece)
      const bytes = Buffer.concat(pieces)
      const blob = { digest: digestOf(bytes), size: bytes.length }
      await client.uploadBlob(app, blob, async () => streamOf(...pieces))
      let seen = 0
      for await (const chunk of await client.openBlob(app, blob)) seen += chunk.length
      expect(seen).toBe(blob.size)
    }
  })

  test('a blob with other bytes is not stored', async () => {
    const { client, fresh } = stage
    const app = fresh()
    const blob = { digest: digestOf(encode('right')), size: 5 }
    const upload = client.uploadBlob(app, blob, async () => streamOf(encode('wrong')))
    await expect(upload).rejects.toMatchObject({ code: 'registry' })
    expect(await client.hasBlob(app, blob.digest)).toBe(false)
  })
}
