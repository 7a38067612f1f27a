// `{{defaultContext}}`, which docker/build-push-action replaces by the event's commit as a Git
// context that BuildKit clones itself. There it is also what an empty `context` means; here never,
// because it passes over the checkout and whatever earlier steps changed in it.
import type { WorkflowEvent } from '../event/event.ts'
import type { BuildRequest } from './args.ts'

const PLACEHOLDER = '{{defaultContext}}'

/** The placeholder filled in; where the context is that repository, with the secret to clone it. */
export function withGitContext(
  request: BuildRequest,
  event: Pick<WorkflowEvent, 'repository' | 'ref' | 'sha'>,
  token: string | undefined,
): BuildRequest {
  // A pull request's merge commit can be fetched by its ref only.
  const version = event.ref.startsWith('refs/pull/') ? event.ref : event.sha
  const url = `${event.repository.url}.git#${version}`
  const expand = (text: string) => text.replaceAll(PLACEHOLDER, url)
  const { context = '', secrets = [] } = request
  const own = secrets.some((entry) => /^GIT_AUTH_TOKEN[.=]/.test(entry))
  const needed = token && !own && expand(context).startsWith(url)
  return {
    ...request,
    context: expand(context),
    'build-contexts': request['build-contexts']?.map(expand),
    secrets: needed ? [...secrets, `GIT_AUTH_TOKEN.${new URL(url).host}=${token}`] : secrets,
  }
}
