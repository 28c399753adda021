import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DatasetRow, Page, RecordRow } from '../../protocol';
import { call } from '../api';
import { number, time } from '../format';
import { Button } from '../ui/controls';
import { Dialog } from '../ui/dialog';
import { TextView } from '../ui/json-view';
import { useCall } from '../use-call';
import { changes } from './place';

export interface WhichDataset {
  readonly pool: string;
  readonly identity: string;
  readonly dataset: string;
}

interface Props {
  readonly which: WhichDataset;
  readonly dataset: DatasetRow;
}

/** The records of a dataset, the removed ones too, a page at a time. */
export function Records({ which, dataset }: Props) {
  const before = useSignal<readonly string[]>([]);
  const whole = useSignal<{ readonly key: string; readonly value: string } | undefined>(undefined);
  const place = `${which.pool}/${which.identity}/${which.dataset}`;
  useEffect(() => {
    before.value = [];
  }, [place]);
  const page = useCall<Page<RecordRow>>('data/records', {
    ...which,
    from: before.value.at(-1) ?? '',
    change: changes.value.count,
  });
  const shown = page.value.value;
  const show = async (key: string) => {
    const { value } = await call<{ value: string | null }>('data/value', { ...which, key });
    whole.value = { key, value: value ?? '' };
  };
  const next = shown?.next;
  return (
    <>
      <p class="note facts-line">
        Last written {time(dataset.modified)} by <code>{dataset.by}</code>
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Records of ${which.dataset}`}>
        <table class="records">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col" class="wide">
                Value
              </th>
              <th scope="col" class="numeric">
                SyncCount
              </th>
              <th scope="col">Modified</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {shown?.rows.map(({ key, value, length, syncCount, modified, by }) => (
              <tr key={key} class={value === null ? 'removed' : undefined}>
                <th scope="row">
                  <code>{key}</code>
                </th>
                <td>
                  {value === null ? (
                    <span class="note">removed</span>
                  ) : (
                    <>
                      <span class="value">{value}</span>
                      {length > value.length && (
                        <button type="button" class="fold" onClick={() => void show(key)}>
                          … all {number(length)} characters
                        </button>
                      )}
                    </>
                  )}
                </td>
                <td class="numeric">{syncCount}</td>
                <td class="when">{time(modified)}</td>
                <td>
                  <code>{by}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown && (before.value.length > 0 || next !== undefined) && (
        <footer class="pane-footer">
          <Button
            kind="quiet"
            disabled={before.value.length === 0}
            onClick={() => (before.value = before.value.slice(0, -1))}
          >
            Previous
          </Button>
          <span class="note">
            {shown.rows.length} of {number(shown.total)} records
          </span>
          <Button
            kind="quiet"
            disabled={next === undefined}
            onClick={() => (before.value = [...before.value, next ?? ''])}
          >
            Next
          </Button>
        </footer>
      )}
      {whole.value && (
        <Dialog
          title={`${whole.value.key}, ${number(whole.value.value.length)} characters`}
          onClose={() => (whole.value = undefined)}
        >
          <TextView text={whole.value.value} label="Value" />
        </Dialog>
      )}
    </>
  );
}
