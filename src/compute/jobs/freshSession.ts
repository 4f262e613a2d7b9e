/** A session over a network that has learned nothing yet: the workers give it pictures at its own size, and no more. */

import { freshBackboneInfo } from '../../domain/model.ts';
import type { FreshNetwork } from '../../domain/trainSettings.ts';
import { inputNodeOf } from '../../network/network.ts';
import { AppError } from '../../shared/errors.ts';
import { freshPlanOf } from './definedNetwork.ts';
import type { Session } from './session.ts';

/**
 * @param ofApp whose backend and workers it shares
 * @throws AppError as `freshPlanOf`
 */
export function freshSessionOf(ofApp: Session, network: FreshNetwork): Session {
  const { backboneId: id, inputSizePx, definition, layers, normalisation } = network;
  const { title, nodes, featureNode, featureCount } = freshPlanOf(network);
  const { resize } = ofApp.info;
  return {
    ...ofApp,
    arithmetic: 'float32',
    computesInt8: false,
    plan: { backboneId: id, nodes, featureNode, featureCount },
    info: freshBackboneInfo({
      ...{ id, title, inputSizePx, featureCount, resize },
      ...(definition === undefined ? {} : { definition }),
      ...(layers === undefined ? {} : { layers }),
      ...(normalisation === undefined || normalisation === 'data' ? {} : { normalisation }),
    }),
    ownInput: inputNodeOf(nodes),
    rangesId: '',
    backbone: () => ({ name: id, nodes, weights: {} }),
    credit: `${title}, trained from scratch with Headstart`,
    imagenetTop: () => Promise.reject(new AppError('unexpected', { message: `${id} knows no ImageNet` })),
    bring: async () => false,
    unfold: async (part) => part,
  };
}
