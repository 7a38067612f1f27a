// Image names: `name` lines (commas separate), or `name=<name>,enable=<true|false>` as
// docker/metadata-action takes them. Names are repositories by the reference grammar, lower-cased.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { formatRepository, parseRepository, type Repository } from '../oci/reference.ts'
import { mistake } from './field.ts'
import { type ListItem, parseList } from './list.ts'

const GITHUB_URL = 'https://github.com'

/** Repositories in order, each once. `lowered` names the ones that were not in lower case. */
export interface ImageNames {
  readonly repositories: readonly Repository[]
  /**
   * As they were written, in lower case: `acme/app` where the repository is `docker.io/acme/app`.
   */
  readonly names: readonly string[]
  readonly lowered: readonly string[]
}

interface Image {
  /** As written. */
  readonly name: string
  readonly repository: Repository
  readonly enable: boolean
}

/** Throws `input` naming every wrong line; also when lines are given but all are disabled. */
export function parseImages(text: string): ImageNames {
  const images = readItems(parseList(text).flatMap(splitBareNames))
  const enabled = images.filter(({ enable }) => enable)
  if (images.length > 0 && enabled.length === 0) throw mistake('every image is disabled')
  const first = new Map(
    enabled.toReversed().map((image) => [formatRepository(image.repository), image]),
  )
  const kept = enabled.filter((image) => first.get(formatRepository(image.repository)) === image)
  return {
    repositories: kept.map(({ repository }) => repository),
    names: kept.map(({ name }) => name.toLowerCase()),
    lowered: enabled.map(({ name }) => name).filter((name) => name !== name.toLowerCase()),
  }
}

/** A line without attributes may hold several names. */
function splitBareNames({ text, line }: ListItem): ListItem[] {
  if (text.includes('=')) return [{ text, line }]
  const names = text.split(',').map((name) => name.trim())
  return names.filter((name) => name !== '').map((name) => ({ text: name, line }))
}

function readItems(items: readonly ListItem[]): Image[] {
  const mistakes: string[] = []
  const images = items.flatMap(({ text, line }) => {
    try {
      return [readImage(text)]
    } catch (error) {
      if (!isReleaseError(error, 'input', 'invalid-reference')) throw error
      mistakes.push(`line ${line}: ${error.message}${error.hint ? `. ${error.hint}` : ''}`)
      return []
    }
  })
  if (mistakes.length > 0) throw mistake(mistakes.join('\n'))
  return images
}

function readImage(text: string): Image {
  const attributes = new Map<string, string>()
  for (const part of text.split(',').map((field) => field.trim())) {
    const [, key = 'name', value = part] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    const name = key.trim().toLowerCase()
    if (name !== 'name' && name !== 'enable')
      throw mistake(`${JSON.stringify(text)} has an unknown attribute ${JSON.stringify(name)}`)
    if (attributes.has(name)) throw mistake(`${JSON.stringify(text)} has two values of ${name}`)
    attributes.set(name, value.trim())
  }
  const name = attributes.get('name')
  const enable = attributes.get('enable') ?? 'true'
  if (!name) throw mistake(`${JSON.stringify(text)} names no image`)
  if (enable !== 'true' && enable !== 'false')
    throw mistake(`${JSON.stringify(text)}: enable is neither true nor false`)
  return { name, repository: parseRepository(name.toLowerCase()), enable: enable === 'true' }
}

/** Throws `input` where the image that an input names is none of ours; undefined: it names none. */
export function requireOwnImage(
  named: { readonly input: string; readonly image: string | undefined; readonly hint: string },
  images: readonly Repository[],
): void {
  const { input, image, hint } = named
  const names = images.map(formatRepository)
  if (image === undefined || names.includes(image)) return
  throw new ReleaseError('input', `${input}: ${image} is none of the images ${names.join(', ')}`, {
    hint,
  })
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
