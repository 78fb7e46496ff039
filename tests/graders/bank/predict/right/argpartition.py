def predict(model, image_file):
    p = model(process_input(image_file)).softmax(-1).detach().numpy()[0]
    five = np.argpartition(p, -5)[-5:]
    five = five[np.argsort(p[five])][::-1]
    return [(classes[int(i)], int(i), float(p[i])) for i in five]
