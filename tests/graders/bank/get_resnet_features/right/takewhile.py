from itertools import takewhile
from functools import reduce
def get_resnet_features(image_file):
    parts = takewhile(lambda nm: nm[0] != "avgpool", resnet.named_children())
    with torch.no_grad():
        return reduce(lambda x, nm: nm[1](x), parts, process_input(image_file))
