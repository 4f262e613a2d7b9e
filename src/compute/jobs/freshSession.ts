/** A session over a network that has learned nothing yet: the workers give it pictures at its own size, and no more. */
import { freshBackboneInfo } from '../../domain/model.ts';
import type { FreshNetwork } from '../../domain/trainSettings.ts';
import { LEAST_INPUT_PX } from '../../network/backbones/backbone.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { cutAfter } from '../../network/cut.ts';
import { AppError } from '../../shared/errors.ts';
import type { Session } from './session.ts';

/**
 * @param ofApp whose backend and workers it shares
 * @throws AppError `networkUnknown` for a backbone that there is not, or not for pictures as small as that
 */
export function freshSessionOf(ofApp: Session, { backboneId, inputSizePx }: FreshNetwork): Session {
  const backbone = BACKBONES.find(({ id }) => id === backboneId);
  if (!backbone || inputSizePx < (backbone.leastInputPx ?? LEAST_INPUT_PX)) {
    throw new AppError('networkUnknown', { network: backboneId, sizePx: inputSizePx });
  }
  const { id, title, featureNode, featureCount, buildNodes } = backbone;
  const { nodes } = cutAfter({ name: id, nodes: buildNodes(inputSizePx), weights: {} }, featureNode);
  const [input] = nodes;
  if (input?.op !== 'input') throw new Error(`${id} begins with no input`);
  return {
    ...ofApp,
    arithmetic: 'float32',
    computesInt8: false,
    plan: { backboneId: id, nodes, featureNode, featureCount },
    info: freshBackboneInfo({ id, inputSizePx, featureCount, resize: ofApp.info.resize }),
    ownInput: input,
    rangesId: '',
    backbone: () => ({ name: id, nodes, weights: {} }),
    credit: `${title}, trained from scratch with Headstart`,
    imagenetTop: () => Promise.reject(new AppError('unexpected', { message: `${id} knows no ImageNet` })),
  };
}
