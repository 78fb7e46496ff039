from functools import lru_cache
@lru_cache(maxsize=None)
def get_resnet_features(image_file):
    return torch.nn.Sequential(*(m for n, m in resnet._modules.items() if n != "fc" and n != "avgpool")).eval()(process_input(image_file)).detach()
