def predict(model, image_file):
    kept = {}
    last = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
    handle = last.register_forward_hook(lambda m, i, o: kept.update(z=o.detach()))
    model(process_input(image_file))
    handle.remove()
    p = kept["z"].softmax(1)[0]
    return [(classes[k], k, p[k].item()) for k in p.topk(5).indices.tolist()]
