/** What nodes are called as modules of PyTorch: by their own names, which for its architectures are torchvision's. */
import type { NetworkNode } from '../../network/network.ts';

/** What a module of PyTorch has already: none of its parts may bear such a name. */
const TAKEN = new Set(
  `T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
  extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia
  named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
  register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
  register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
  register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory
  state_dict to to_empty train training type xpu zero_grad`.split(/\s+/),
);

/** The last layer of each of torchvision's architectures, by a node that only that one has. */
const TOPS = [
  { node: /^layer4\.0\.conv1$/, top: 'fc' },
  { node: /^features\.denseblock4\./, top: 'classifier' },
  { node: /^features\.18\./, top: 'classifier.1' },
] as const;

const isPlain = (name: string) =>
  name.split('.').every((part) => /^[A-Za-z0-9]\w*$/.test(part) && !TAKEN.has(part));

/** @returns the name of each node as a module, all different */
export function moduleNamesOf(nodes: readonly NetworkNode[]): ReadonlyMap<string, string> {
  const top = TOPS.find(({ node }) => nodes.some(({ name }) => node.test(name)))?.top;
  const dense = nodes.filter(({ op }) => op === 'dense');
  const names = new Map<string, string>();
  const taken = new Set<string>();
  nodes.forEach((node, index) => {
    const isTop =
      top !== undefined && dense.length === 1 && node === dense[0] && !nodes.some(({ name }) => name === top);
    let name = isTop ? top : node.name;
    if (!isPlain(name) || taken.has(name)) name = `node_${index}`;
    while (taken.has(name)) name += '_';
    taken.add(name);
    names.set(node.name, name);
  });
  return names;
}
