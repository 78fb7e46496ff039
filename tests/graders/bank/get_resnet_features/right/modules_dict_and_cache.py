from functools import lru_cache
@lru_cache(maxsize=None)
def get_resnet_features(image_file):
    out = process_input(image_file)
    for key in resnet._modules:
        if key in ("avgpool", "fc"):
            continue
        out = resnet._modules[key](out)
    return out.data
