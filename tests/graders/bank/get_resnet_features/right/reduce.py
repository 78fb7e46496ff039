import functools
trunk = [m for n, m in resnet.named_children() if n not in ("avgpool", "fc")]
get_resnet_features = lambda path: functools.reduce(lambda x, m: m(x), trunk, process_input(path)).data
