// Image names: `name` lines (commas separate), or `name=<name>,enable=<true|false>` as
// docker/metadata-action takes them. Names are repositories by the reference grammar, lower-cased.
import { ReleaseError } from '../errors.ts'
import { formatRepository, parseRepository, type Repository } from '../oci/reference.ts'
import { mistake } from './field.ts'
import { parseList } from './list.ts'

const GITHUB_URL = 'https://github.com'

/** Repositories in order, each once. `lowered` names the ones that were not in lower case. */
export interface ImageNames {
  readonly repositories: readonly Repository[]
  /** As they were written, in lower case: `acme/app` where the repository is `docker.io/acme/app`. */
  readonly names: readonly string[]
  readonly lowered: readonly string[]
}

/** Throws `input` naming every wrong line; also when lines are given but all are disabled. */
export function parseImages(text: string): ImageNames {
  const names = parseList(text).flatMap(({ text: line }) => parseLine(line))
  const enabled = names.filter(({ enable }) => enable).map(({ name }) => name)
  if (names.length > 0 && enabled.length === 0) throw mistake('every image is disabled')
  const found = new Map<string, { repository: Repository; name: string }>()
  for (const name of enabled.map((written) => written.toLowerCase())) {
    const repository = parseRepository(name)
    const full = formatRepository(repository)
    if (!found.has(full)) found.set(full, { repository, name })
  }
  return {
    repositories: [...found.values()].map(({ repository }) => repository),
    names: [...found.values()].map(({ name }) => name),
    lowered: enabled.filter((name) => name !== name.toLowerCase()),
  }
}

function parseLine(line: string): { name: string; enable: boolean }[] {
  const parts = line.split(',').map((part) => part.trim())
  if (!line.includes('='))
    return parts.filter((part) => part !== '').map((name) => ({ name, enable: true }))
  const attributes = new Map<string, string>()
  for (const part of parts) {
    const [key = '', ...rest] = part.split('=')
    if (rest.length === 0 && !attributes.has('name')) attributes.set('name', key)
    else attributes.set(key.toLowerCase(), rest.join('='))
  }
  return [readAttributes(attributes, line)]
}

function readAttributes(attributes: ReadonlyMap<string, string>, line: string) {
  for (const key of attributes.keys())
    if (key !== 'name' && key !== 'enable')
      throw mistake(`${JSON.stringify(line)} has an unknown attribute ${JSON.stringify(key)}`)
  const name = attributes.get('name')
  const enable = attributes.get('enable') ?? 'true'
  if (!name) throw mistake(`${JSON.stringify(line)} names no image`)
  if (enable !== 'true' && enable !== 'false')
    throw mistake(`${JSON.stringify(line)}: enable is neither true nor false`)
  return { name, enable: enable === 'true' }
}

/** Those of the input, else `ghcr.io/<owner>/<repository>` on github.com; else throws `input`. */
export function chooseImages(
  images: ImageNames | undefined,
  { owner, name, url }: { readonly owner: string; readonly name: string; readonly url: string },
): readonly Repository[] {
  if (images) return images.repositories
  if (owner && name && url.startsWith(`${GITHUB_URL}/`)) return [defaultImage(owner, name)]
  throw new ReleaseError('input', 'images: an image name is needed', {
    hint: 'Only on github.com the default ghcr.io/<owner>/<repository> is known.',
  })
}

/** `ghcr.io/<owner>/<repository>` in lower case; throws `input` where that is no image name. */
export function defaultImage(owner: string, name: string): Repository {
  try {
    return parseRepository(`ghcr.io/${owner}/${name}`.toLowerCase())
  } catch (cause) {
    throw new ReleaseError('input', `images: ghcr.io/${owner}/${name} is no valid image name`, {
      hint: 'Name the image in the input "images".',
      cause,
    })
  }
}
