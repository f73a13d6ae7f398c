// Data of the API in a component: fetched, and fetched again when the service says that it changed.
import { useEffect, useRef, useState } from "../vendor/preact-htm-3.1.1.js";
import { get } from "./api.js";
import { onChange } from "./live.js";

const PAUSE_MS = 1_000;
const RETRY_MS = 4_000;

const canBeTriedAgain = (problem) =>
  problem.status === 0 || problem.status >= 500 || problem.status === 429;

/** How long the rows of another filter stay while the new ones are awaited, so that nothing blinks. */
const STAYS_MS = 400;

/** An address without the number of its rows: with more of them the list is still the same. */
const list = (address) => address?.replace(/([?&])limit=\d+(&|$)/, "$1");

/**
 * What an address gives: {data, problem, again}. While its next answer is awaited the one before
 * stays; `problem` says why there is no newer one. What another address gave is shown no longer
 * than a moment.
 *
 * @param address null: nothing is asked for
 * @param kinds of changes after which it is asked for again
 */
export function useData(address, kinds) {
  const [state, setState] = useState({ of: null, data: null, problem: null });
  const again = useRef(() => {});

  useEffect(() => {
    if (address === null) {
      return undefined;
    }
    const abort = new AbortController();
    let timer = null;
    let isAsking = false;
    let isDue = false;
    let last = 0;
    const known = {};

    // A tab that is not seen asks for nothing more; when it is seen again, everything may have changed.
    const soon = (ms) => {
      timer ??= setTimeout(() => {
        timer = null;
        if (document.visibilityState !== "hidden") {
          ask();
        }
      }, ms);
    };
    async function ask() {
      timer = null;
      isAsking = true;
      isDue = false;
      last = Date.now();
      try {
        const data = await get(address, abort.signal, known);
        setState({ of: address, data, problem: null });
      } catch (problem) {
        if (abort.signal.aborted) {
          return;
        }
        const isPassing = canBeTriedAgain(problem);
        setState((old) => ({
          of: address,
          data: isPassing && list(old.of) === list(address) ? old.data : null,
          problem,
        }));
        if (isPassing) {
          soon(RETRY_MS);
        }
      }
      isAsking = false;
      if (isDue) {
        soon(PAUSE_MS);
      }
    }

    again.current = () => {
      if (isAsking) {
        isDue = true;
      } else {
        clearTimeout(timer);
        ask();
      }
    };
    const stop = onChange((changed) => {
      if (changed && !changed.some((kind) => kinds.includes(kind))) {
        return;
      }
      if (isAsking) {
        isDue = true;
      } else {
        soon(Math.max(0, last + PAUSE_MS - Date.now()));
      }
    });
    ask();
    const stays = setTimeout(
      () =>
        setState((old) =>
          list(old.of) === list(address) ? old : { of: address, data: null, problem: null },
        ),
      STAYS_MS,
    );
    return () => {
      abort.abort();
      stop();
      clearTimeout(timer);
      clearTimeout(stays);
    };
  }, [address]);

  const isOwn = state.of === address;
  return {
    data: address === null ? null : state.data,
    problem: isOwn ? state.problem : null,
    again: () => again.current(),
  };
}
