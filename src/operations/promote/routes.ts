// Where images are promoted from and to: their own names, or others they are copied to.
import { isReleaseError, ReleaseError } from '../../errors.ts'
import { chooseImages, requireOwnImage } from '../../inputs/images.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import type { PromoteInputs } from './inputs.ts'

export interface ImageRoute {
  readonly source: Repository
  readonly target: Repository
}

const ELSEWHERE = 'Name it in "images"; to copy it to another name, use "to-images".'

/** Each image to the destination in its place; one image may go to several. */
export function routesOf(inputs: PromoteInputs, world: World): readonly ImageRoute[] {
  const sources = chooseImages(inputs.images, world.event.repository)
  const image = 'image' in inputs.from ? inputs.from.image : undefined
  requireOwnImage({ input: 'from', image, hint: ELSEWHERE }, sources)
  const targets = inputs['to-images']?.repositories
  if (!targets) return sources.map((source) => ({ source, target: source }))
  if (inputs.store === 'docker')
    throw new ReleaseError('input', 'to-images: there is nothing to copy to in the local store')
  const [source] = sources
  if (source && sources.length === 1) return targets.map((target) => ({ source, target }))
  if (sources.length === targets.length)
    return sources.flatMap((from, index) => {
      const target = targets[index]
      return target ? [{ source: from, target }] : []
    })
  throw new ReleaseError(
    'input',
    `to-images: ${targets.length} names for ${sources.length} images; name one for each`,
  )
}

/** Throws `input` for half a login, and for one that nothing is copied with. */
export function destinationOf(inputs: PromoteInputs, routes: readonly ImageRoute[]) {
  requireLogin(inputs)
  const repositories = routes.map(({ source }) => source)
  if (!inputs['to-images']) return { repositories }
  return {
    repositories,
    destination: {
      repositories: routes.map(({ target }) => target),
      username: inputs['to-registry-username'],
      password: inputs['to-registry-password'],
    },
  }
}

function requireLogin(inputs: PromoteInputs): void {
  const { 'to-registry-username': username, 'to-registry-password': password } = inputs
  const names = 'to-registry-username and to-registry-password'
  if ((username === undefined) !== (password === undefined))
    throw new ReleaseError('input', `${names}: give both or none`)
  if (username !== undefined && !inputs['to-images'])
    throw new ReleaseError('input', `${names}: they are for "to-images", which is not given`)
}

/** A refusal of the registry that is copied to names the login for that one. */
export function atDestination(error: unknown, routes: readonly ImageRoute[]): unknown {
  if (!isReleaseError(error, 'denied')) return error
  const named = routes.filter(({ source, target }) => isAbout(error.message, target, source))
  if (named.length === 0) return error
  const hint = error.hint?.replace(/\bregistry-(?=username|password)/g, 'to-registry-')
  return new ReleaseError('denied', error.message, { cause: error, ...(hint ? { hint } : {}) })
}

/** Of two names of which one begins the other, the longer one is meant. */
function isAbout(message: string, target: Repository, source: Repository): boolean {
  const [wanted, other] = [formatRepository(target), formatRepository(source)]
  if (wanted === other || !message.includes(wanted)) return false
  return !(other.startsWith(wanted) && message.includes(other))
}
