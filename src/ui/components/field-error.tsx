import type { ErrorView } from '../../rpc/api.ts'
import { Icon } from './icon.tsx'

/** Why a form was refused, under its fields; screen readers hear it as it comes. */
export function FieldError({ id, error }: { id: string; error: Pick<ErrorView, 'message' | 'advice'> | undefined }) {
  return (
    <p id={id} class="field-error" role="alert">
      {error === undefined ? null : (
        <>
          <Icon name="warning" />
          <span>
            {error.message} {error.advice}
          </span>
        </>
      )}
    </p>
  )
}
