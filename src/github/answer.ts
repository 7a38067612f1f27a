// Fields of GitHub's JSON answers, read as what they must be.
import { ReleaseError } from '../errors.ts'

export type Answer = Readonly<Record<string, unknown>>

/** Empty for anything that is no object. */
export function asAnswer(value: unknown): Answer {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Throws `github` unless the field is there and a string. */
export function textOf(answer: Answer, field: string): string {
  const value = answer[field]
  if (typeof value === 'string') return value
  throw unexpected(field)
}

/** Throws `github` unless the field is there and a number. */
export function numberOf(answer: Answer, field: string): number {
  const value = answer[field]
  if (typeof value === 'number') return value
  throw unexpected(field)
}

function unexpected(field: string): ReleaseError {
  return new ReleaseError('github', `GitHub's answer has no usable field ${field}`, {
    hint: 'Check that GITHUB_API_URL is the address of a GitHub API.',
  })
}
