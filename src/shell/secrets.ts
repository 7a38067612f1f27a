// The secrets of this run, and their removal from what we print.

/** Shorter ones would turn ordinary words into stars; the runner still masks them by itself. */
const MIN_SECRET_CHARACTERS = 4

export class Secrets {
  private readonly values = new Set<string>()

  /** A secret of several lines is also one secret per line, as the runner sees it. */
  add(secret: string): readonly string[] {
    const parts = [secret, ...secret.split(/\r?\n/)].filter((part) => part.trim() !== '')
    const fresh = [...new Set(parts)].filter((part) => !this.values.has(part))
    for (const part of fresh) this.values.add(part)
    return fresh
  }

  get isEmpty(): boolean {
    return this.values.size === 0
  }

  /** The text with stars for every secret, the longest first. */
  hide(text: string): string {
    const values = [...this.values].filter((value) => value.length >= MIN_SECRET_CHARACTERS)
    return values
      .sort((a, b) => b.length - a.length)
      .reduce((hidden, value) => hidden.replaceAll(value, '***'), text)
  }
}
