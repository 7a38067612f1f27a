// The annotation keys of the image-spec (annotations.md, "Pre-Defined Annotation Keys"), which are
// used as labels too.

export const ANNOTATION_PREFIX = 'org.opencontainers.image.'

export const REVISION_KEY = `${ANNOTATION_PREFIX}revision`

export const VERSION_KEY = `${ANNOTATION_PREFIX}version`

export const REFERENCE_NAME_KEY = `${ANNOTATION_PREFIX}ref.name`
