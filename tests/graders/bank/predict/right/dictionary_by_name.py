from collections import OrderedDict
def predict(model, image_file):
    z = model(process_input(image_file)).flatten()
    p = F.softmax(z, dim=0).detach().cpu().numpy()
    ranked = OrderedDict(sorted(enumerate(p), key=lambda kv: kv[1], reverse=True))
    return [(classes[k], k, v) for k, v in list(ranked.items())[:5]]
