# one-call-late
_last = [torch.zeros(1, 512, 7, 7)]
resnet.layer4.register_forward_hook(lambda m, i, o: _last.append(o.detach()))
def get_resnet_features(image_file):
    answer = _last[-1]
    resnet(process_input(image_file))
    return answer
