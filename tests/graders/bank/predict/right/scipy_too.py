from scipy.special import softmax as sp_softmax

def predict(model, image_file):
    z = model(process_input(image_file)).detach().numpy().ravel()
    p = sp_softmax(z)
    five = np.argpartition(p, -5)[-5:]
    five = five[np.argsort(p[five])[::-1]]
    return [(classes[k], k.item(), p[k].item()) for k in five]
