// Images in the local image store, over the docker command: nothing is pulled, pushed or built.
import { ReleaseError, systemCode } from '../../errors.ts'
import { listAt, objectAt, textAt } from '../../event/payload.ts'
import { isDigest } from '../../oci/digest.ts'
import { familiar, formatReference, type Reference, type Repository } from '../../oci/reference.ts'
import type { Exec } from '../../ports.ts'
import { type ImageStore, readLabels, type StoredImage } from './store.ts'

interface LocalImage extends StoredImage {
  /** What the engine knows it by: the digest, or with the classic image store the config's. */
  readonly id: string
}

export function dockerStore(exec: Exec): ImageStore {
  const docker = (...args: string[]) => runDocker(exec, args)
  const find = async (reference: Reference): Promise<LocalImage | undefined> => {
    const { digest, ...rest } = reference
    const { registry, path } = reference
    const asked = digest ? { registry, path, digest } : rest
    const { code, stdout, stderr } = await docker('image', 'inspect', formatReference(asked))
    if (code === 0) return readImage(stdout, asked)
    if (/no such image|not found/i.test(stderr)) return undefined
    throw failed(`inspect ${familiar(asked)}`, stderr)
  }
  return {
    find,
    digestOf: async (reference) => (await find(reference))?.digest,
    verify: async (_repository, { labels }) => labels,
    async place({ source, target, tag, digest }) {
      const from = { ...source, digest }
      const to = { registry: target.registry, path: target.path, tag }
      const [before, wanted] = await Promise.all([find(to), find(from)])
      if (before && before.id === wanted?.id) return 'unchanged'
      const { code, stderr } = await docker('tag', formatReference(from), formatReference(to))
      if (code !== 0) throw failed(`tag ${familiar(from)} as ${tag}`, stderr)
      const there = await find(to)
      if (there && there.id === wanted?.id) return 'moved'
      throw new ReleaseError(
        'digest-mismatch',
        `Cannot confirm ${familiar(to)} as ${digest}: the image store shows ${there?.digest ?? 'nothing'}`,
      )
    },
  }
}

async function runDocker(exec: Exec, args: readonly string[]) {
  try {
    return await exec({ file: 'docker', args })
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw new ReleaseError('docker', 'Cannot reach the local image store: there is no docker', {
      hint: 'Install Docker, or set store: registry.',
      cause: error,
    })
  }
}

function readImage(stdout: string, asked: Reference): LocalImage {
  const [image]: unknown[] = JSON.parse(stdout)
  const id = textAt(image, 'Id') ?? ''
  const [ownDigest = id] = below(image, 'RepoDigests', { ...asked, separator: '@' })
  const digest = asked.digest ?? ownDigest
  if (!isDigest(digest)) throw failed(`inspect ${familiar(asked)}`, `its id is ${id}`)
  const labels = Object.entries(objectAt(image, 'Config', 'Labels') ?? {})
  return {
    id,
    digest,
    labels: readLabels(Object.fromEntries(labels.map(([key, value]) => [key, String(value)]))),
    tags: below(image, 'RepoTags', { ...asked, separator: ':' }),
  }
}

/** What follows this very name in a list of references, in full or familiar spelling. */
function below(
  image: unknown,
  field: 'RepoDigests' | 'RepoTags',
  { registry, path, separator }: Repository & { readonly separator: '@' | ':' },
): readonly string[] {
  const names = [`${registry}/${path}${separator}`, `${familiar({ registry, path })}${separator}`]
  return listAt(image, field).flatMap((reference) => {
    const name = names.find((start) => typeof reference === 'string' && reference.startsWith(start))
    return name ? [String(reference).slice(name.length)] : []
  })
}

function failed(what: string, why: string): ReleaseError {
  const [line = ''] = why.trim().split('\n')
  return new ReleaseError('docker', `Cannot ${what}: docker answered ${line}`, {
    hint: 'Check that the Docker engine runs and has the image (docker images --digests).',
  })
}
