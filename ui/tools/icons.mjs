// Copies the Lucide icons that the product uses from the npm package into ui/icons/, without size or class,
// so that the wheel needs no npm package to draw a page. Run it after adding a name to the list.
import { readFileSync, writeFileSync } from 'node:fs';

const NAMES = `activity archive arrow-left arrow-right arrow-up arrow-down ban bell book-open bot building-2 calendar
  calendar-clock chart-column check chevron-down chevron-left chevron-right circle-alert circle-check circle-dot circle-help
  circle-pause circle-play circle-user clipboard-list clock code copy database download ellipsis external-link eye eye-off
  file-down file-text file-up filter flag folder folder-open git-compare globe grip-vertical hand history hourglass house
  image inbox info key-round keyboard landmark layout-list link list list-checks loader-circle lock log-in log-out mail map
  map-pin maximize menu message-square minus monitor moon octagon-alert octagon-x paperclip pause pencil phone play plug plus printer
  qr-code redo-2 refresh-cw rotate-ccw save scale scroll-text search send server settings shield shield-check signature
  skip-forward sliders-horizontal square-pen star sun table tag timer trash-2 triangle-alert undo-2 unlock unplug upload user
  user-check user-plus users waypoints webhook wifi-off workflow wrench x zap zoom-in zoom-out`.split(/\s+/);

// Lucide renames icons; the product keeps the name it knew.
const RENAMED = { 'circle-help': 'circle-question-mark', unlock: 'lock-open', filter: 'funnel' };

for (const name of NAMES) {
  const source = new URL(`../node_modules/lucide-static/icons/${RENAMED[name] ?? name}.svg`, import.meta.url);
  const svg = readFileSync(source, 'utf8')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<svg[^>]*>/s, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
      + 'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">')
    .replace(/\s+/g, ' ').replace(/> </g, '><').trim();
  writeFileSync(new URL(`../icons/${name}.svg`, import.meta.url), svg + '\n');
}
