// The record that tests write and read, and digests of words.
import type { ImageRecord } from '../../src/notes/record.ts'
import { digestOf } from '../../src/oci/digest.ts'

export const digest = (name: string) => digestOf(new TextEncoder().encode(name))

export const RECORD: ImageRecord = {
  schema: 1,
  image: 'ghcr.io/acme/app',
  version: '1.4.2',
  digest: digest('index'),
  tags: ['1.4.2', '1.4', '1', 'git-a1b2c3d'],
  platforms: { 'linux/amd64': digest('amd64'), 'linux/arm64': digest('arm64') },
  revision: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  builtAt: '2026-03-01T12:30:00Z',
  run: 'https://github.com/acme/app/actions/runs/42',
}
