import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
  type VirtualItem,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";

export interface Rows {
  readonly items: readonly VirtualItem[];
  /** Pixels of all rows. */
  readonly height: number;
  /** Pixels from the list's top to an item. */
  readonly topOf: (item: VirtualItem) => number;
}

/** The rows of a long list that are near what the window shows, and where each belongs. */
export function useRows(count: number, rowHeight: number, list: { current: HTMLElement | null }): Rows {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const scrollMargin = list.current?.offsetTop ?? 0;
  const options = {
    count,
    estimateSize: () => rowHeight,
    overscan: 3,
    scrollMargin,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialOffset: () => window.scrollY,
    onChange: () => {
      redraw(undefined);
    },
  };
  const virtualizer = useRef<Virtualizer<Window, Element> | null>(null);
  const rows = (virtualizer.current ??= new Virtualizer<Window, Element>(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => {
    rows._willUpdate();
  });
  useLayoutEffect(() => {
    rows.measure();
  }, [rows, rowHeight, count, scrollMargin]);
  return {
    items: rows.getVirtualItems(),
    height: rows.getTotalSize(),
    topOf: ({ start }) => start - scrollMargin,
  };
}
