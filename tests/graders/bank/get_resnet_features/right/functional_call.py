def get_resnet_features(image_file):
    body = torch.nn.Sequential(*[m for n, m in resnet.named_children() if n not in ("avgpool", "fc")])
    params = {k: v.detach() for k, v in body.state_dict().items()}
    return torch.func.functional_call(body, params, (process_input(image_file),))
