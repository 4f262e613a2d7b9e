/** The rooms of the navigation, in the order a newcomer walks through them. */
import {
  IconBooks,
  IconChartBar,
  IconChartLine,
  IconPhoto,
  IconSchool,
  IconSettings,
  IconSparkles,
} from '@tabler/icons-react';
import type { View } from '../../state/shell/navigation.ts';

/** The four steps of the way. */
export const STEPS = [
  { view: 'pictures', Icon: IconPhoto },
  { view: 'train', Icon: IconSchool },
  { view: 'result', Icon: IconChartBar },
  { view: 'classify', Icon: IconSparkles },
] as const satisfies readonly { readonly view: View; readonly Icon: typeof IconPhoto }[];

export const MORE = [
  { view: 'models', Icon: IconBooks },
  { view: 'runs', Icon: IconChartLine },
  { view: 'settings', Icon: IconSettings },
] as const satisfies readonly { readonly view: View; readonly Icon: typeof IconPhoto }[];

/** Seven do not fit under a thumb; the runs are reached from the models there. */
export const ON_PHONE = [...STEPS, ...MORE].filter(({ view }) => view !== 'runs');
