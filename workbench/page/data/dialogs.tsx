import { useSignal } from '@preact/signals';
import { call } from '../api';
import { number } from '../format';
import { Button } from '../ui/controls';
import { Dialog } from '../ui/dialog';
import { attempt } from '../use-call';
import { place } from './place';

interface Props {
  readonly pool: string;
  readonly onClose: () => void;
}

interface AnswersProps {
  /** What the button says that acts. */
  readonly action: string;
  readonly act: () => Promise<void>;
  readonly disabled?: boolean;
  readonly onClose: () => void;
  readonly problem: string | undefined;
}

/** The buttons of a dialog, and what went wrong. */
function Answers({ action, act, disabled = false, onClose, problem }: AnswersProps) {
  return (
    <>
      <div class="row">
        <Button kind="primary" onClick={() => void act()} disabled={disabled}>
          {action}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      <p class="problem" role="status">
        {problem}
      </p>
    </>
  );
}

const SIZES = [
  { name: 'identities', label: 'Identities', value: 600 },
  { name: 'datasetsPerIdentity', label: 'Datasets for each', value: 2 },
  { name: 'recordsPerDataset', label: 'Records in each', value: 5 },
  { name: 'valueLength', label: 'Characters of a value', value: 32 },
] as const;

/** Fills the pool with identities. */
export function SeedDialog({ pool, onClose }: Props) {
  const sizes = useSignal<Readonly<Record<string, number>>>(
    Object.fromEntries(SIZES.map(({ name, value }) => [name, value])),
  );
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const { identities = 0, datasetsPerIdentity = 0, recordsPerDataset = 0 } = sizes.value;
  const seed = async () => {
    busy.value = true;
    const seeded = await attempt(problem, () => call('data/seed', { pool, ...sizes.value }));
    busy.value = false;
    if (seeded) onClose();
  };
  return (
    <Dialog title="Seed the pool" onClose={onClose}>
      <div class="sizes">
        {SIZES.map(({ name, label }) => (
          <div class="field" key={name}>
            <label for={`seed-${name}`}>{label}</label>
            <input
              id={`seed-${name}`}
              type="number"
              min={0}
              value={sizes.value[name]}
              onInput={(event) => (sizes.value = { ...sizes.value, [name]: Number(event.currentTarget.value) })}
            />
          </div>
        ))}
      </div>
      <p class="note">
        {number(identities * datasetsPerIdentity * recordsPerDataset)} records. The same numbers make the same
        identities.
      </p>
      <Answers
        action={busy.value ? 'Seeding…' : 'Seed'}
        act={seed}
        disabled={busy.value}
        onClose={onClose}
        problem={problem.value}
      />
    </Dialog>
  );
}

/** Sets the clock of the local server. */
export function ClockDialog({ now, onClose }: { readonly now: string; readonly onClose: () => void }) {
  const wanted = useSignal(now.slice(0, 19));
  const problem = useSignal<string | undefined>(undefined);
  const set = async () => {
    if (await attempt(problem, () => call('data/clock', { set: `${wanted.value}Z` }))) onClose();
  };
  return (
    <Dialog title="Set the clock" onClose={onClose}>
      <p class="note">
        It goes on from there. The steps follow it up to a day; further off, their signatures are refused, as by AWS.
      </p>
      <div class="field">
        <label for="clock-time">Time, in UTC</label>
        <input
          id="clock-time"
          type="datetime-local"
          step={1}
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.value)}
        />
      </div>
      <Answers action="Set" act={set} onClose={onClose} problem={problem.value} />
    </Dialog>
  );
}

/** Writes a record as somebody else would, whatever its count is: what makes conflicts. */
export function WriteDialog({ pool, onClose }: Props) {
  const { identity = '', dataset = 'profile' } = place.value;
  const filled = useSignal({ identity, dataset, key: 'theme', value: 'light' });
  const removes = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const write = async () => {
    const { value, ...rest } = filled.value;
    const written = await attempt(problem, () =>
      call('data/write', { pool, ...rest, value: removes.value ? null : value }),
    );
    if (!written) return;
    place.value = { pool, identity: rest.identity, dataset: rest.dataset };
    onClose();
  };
  const field = (name: keyof typeof filled.value, label: string) => (
    <div class="field">
      <label for={`write-${name}`}>{label}</label>
      <input
        id={`write-${name}`}
        value={filled.value[name]}
        disabled={name === 'value' && removes.value}
        onInput={(event) => (filled.value = { ...filled.value, [name]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <Dialog title="Write as another client" onClose={onClose}>
      <p class="note">
        The write takes effect at once and raises the SyncCount: a step that has read before meets a conflict.
      </p>
      <div class="members">
        {field('identity', 'Identity ID')}
        {field('dataset', 'Dataset Name')}
        {field('key', 'Key')}
        {field('value', 'Value')}
        <label class="check">
          <input
            type="checkbox"
            checked={removes.value}
            onChange={(event) => (removes.value = event.currentTarget.checked)}
          />
          Remove the record instead
        </label>
      </div>
      <Answers action="Write" act={write} onClose={onClose} problem={problem.value} />
    </Dialog>
  );
}
