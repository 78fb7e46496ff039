# other-number-of-classes
# fair 0.8
def predict(model, image_file):
    p = torch.softmax(model(process_input(image_file))[0], 0).detach().numpy()
    return [(classes[k], int(k), float(p[k])) for k in np.argsort(p)[:-5:-1]]
