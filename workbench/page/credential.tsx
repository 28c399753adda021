import { useSignal } from '@preact/signals';
import { call, CallFailure } from './api';
import { chooseCredential, credential, noteFailure, start } from './state';
import { FieldControl } from './steps/field';
import { Button, Segments } from './ui/controls';
import { Dialog } from './ui/dialog';

const NAMES = ['Local server', 'Your own keys'] as const;

/** The credential in the top bar, and the dialog behind it. */
export function CredentialButton() {
  const open = useSignal(false);
  const info = credential.value;
  if (!info) return null;
  const name = info.mode === 'local' ? 'Local server' : info.live ? 'LIVE AWS' : 'Own endpoint';
  return (
    <>
      <button
        type="button"
        class={`chip ${info.live ? 'bad' : info.mode === 'own' ? 'warn' : 'ok'}`}
        onClick={() => (open.value = true)}
        aria-label={`Credential: ${name}`}
      >
        <span class="chip-dot" /> {name}
      </button>
      {open.value && <CredentialDialog onClose={() => (open.value = false)} />}
    </>
  );
}

function CredentialDialog({ onClose }: { readonly onClose: () => void }) {
  const info = credential.value;
  const fields = start.value?.credentialFields ?? {};
  const values = useSignal<Readonly<Record<string, string>>>({});
  const shown = useSignal<(typeof NAMES)[number]>(info?.mode === 'own' ? 'Your own keys' : 'Local server');
  const outcome = useSignal<{ readonly ok: boolean; readonly text: string } | undefined>(undefined);
  const attempt = async (action: () => Promise<string>) => {
    outcome.value = undefined;
    try {
      outcome.value = { ok: true, text: await action() };
    } catch (error) {
      if (!noteFailure(error))
        outcome.value = { ok: false, text: error instanceof CallFailure ? error.message : String(error) };
    }
  };
  const isOwn = shown.value === 'Your own keys';
  const use = () =>
    attempt(async () => {
      await chooseCredential({ mode: isOwn ? 'own' : 'local', fields: isOwn ? values.value : {} });
      values.value = {};
      return isOwn ? 'These keys are used now.' : 'The local server is used now.';
    });
  const verify = () =>
    attempt(async () => {
      await chooseCredential({ mode: isOwn ? 'own' : 'local', fields: isOwn ? values.value : {} });
      const verdict = await call<{ verified: boolean; reason?: string }>('verify');
      if (!verdict.verified) throw new CallFailure('refused', verdict.reason ?? 'Not verified.');
      return 'Verified: a signed call was answered.';
    });
  const forget = () =>
    attempt(async () => {
      await chooseCredential({ mode: 'local', forget: true });
      shown.value = 'Local server';
      return 'Your keys are forgotten.';
    });
  return (
    <Dialog title="Credential" onClose={onClose}>
      <div class="row">
        <Segments
          label="Which credential"
          names={NAMES}
          current={shown.value}
          onChange={(name) => (shown.value = name)}
        />
      </div>
      {isOwn ? (
        <>
          <p class="note">
            Held in the memory of the workbench until it stops; never written, never given back to this page.
            {info && info.filled.length > 0 && ` Filled in: ${info.filled.join(', ')}.`}
          </p>
          <div class="members credential-fields">
            {Object.entries(fields)
              .sort(([, one], [, other]) => (other.order ?? 0) - (one.order ?? 0))
              .map(([name, field]) => (
                <FieldControl
                  key={name}
                  form="credential"
                  name={name}
                  field={field}
                  value={values.value[name]}
                  onChange={(value) => (values.value = { ...values.value, [name]: String(value) })}
                />
              ))}
          </div>
        </>
      ) : (
        <p class="note">AKIDLOCAL on the local Cognito Sync of this workbench. Nothing leaves this machine.</p>
      )}
      {info?.warning && <p class="problem">{info.warning}</p>}
      <div class="row">
        <Button kind="primary" onClick={() => void use()}>
          Use
        </Button>
        <Button onClick={() => void verify()}>Verify</Button>
        {info && info.filled.length > 0 && (
          <Button kind="quiet" onClick={() => void forget()}>
            Forget my keys
          </Button>
        )}
      </div>
      <p class={outcome.value?.ok ? 'good' : 'problem'} role="status">
        {outcome.value?.text}
      </p>
    </Dialog>
  );
}
