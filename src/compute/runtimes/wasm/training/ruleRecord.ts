/** The numbers of an update rule, where the kernels read them. */
import type { UpdateRule } from '../../../training/updateRule.ts';
import * as RECORD from './assembly/optimizerRecord.ts';

/** @param record of `OPTIMIZER_BYTES` */
export function writeRule(record: DataView, rule: UpdateRule): void {
  const set = (at: number, value: number) => record.setFloat32(at, value, true);
  set(RECORD.PENALTY, rule.penalty);
  set(RECORD.FIRST_KEEP, rule.firstKeep);
  set(RECORD.FIRST_ADD, rule.firstAdd);
  if (rule.kind === 'sgd') {
    set(RECORD.VELOCITY_ADD, rule.velocityAdd);
    set(RECORD.GRADIENT_ADD, rule.gradientAdd);
    return;
  }
  set(RECORD.SECOND_KEEP, rule.secondKeep);
  set(RECORD.SECOND_ADD, rule.secondAdd);
  set(RECORD.RATE, rule.rate);
  set(RECORD.EPSILON, rule.epsilon);
  set(RECORD.KEEP, rule.keep);
}
