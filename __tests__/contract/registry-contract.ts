// What every registry must do for our client and our client with every registry: one suite, run
// against the fake and against real ones.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { RegistryClient } from '../../src/registry/client.ts'
import { blobContract } from './blob-contract.ts'
import { copyContract } from './copy-contract.ts'
import { manifestContract } from './manifest-contract.ts'
import { pushImage } from './push-image.ts'
import type { Stage } from './stage.ts'
import { tagContract } from './tag-contract.ts'

interface Subject {
  readonly host: string
  readonly client: RegistryClient
  /** The same registry, asked without credentials. */
  readonly anonymous: RegistryClient
  close(): Promise<void>
}

interface Contract {
  readonly name: string
  readonly start: () => Promise<Subject>
  /** Whether it wants credentials. */
  readonly isClosed: boolean
  /** Adds tests of one kind of registry to the same server. */
  readonly more?: (() => void) | undefined
}

export function registryContract({ name, start, isClosed, more }: Contract): void {
  describe(name, () => {
    let subject: Subject
    let repositories = 0
    beforeAll(async () => {
      subject = await start()
    })
    afterAll(() => subject.close())
    const stage: Stage = {
      get client() {
        return subject.client
      },
      fresh: () => {
        repositories += 1
        return { registry: subject.host, path: `acme/app-${repositories}` }
      },
      push: (repository, image = {}) => pushImage(subject.client, repository, image),
    }

    manifestContract(stage)
    tagContract(stage)
    blobContract(stage)
    copyContract(stage)
    more?.()

    const words = isClosed ? 'a closed registry denies, and says what to do' : 'an open one answers'
    test(`without credentials ${words}`, async () => {
      const head = subject.anonymous.head({ ...stage.fresh(), tag: '1' })
      if (!isClosed) return expect(await head).toBeUndefined()
      await expect(head).rejects.toMatchObject({
        code: 'denied',
        hint: expect.stringContaining('docker/login-action'),
      })
    })
  })
}
